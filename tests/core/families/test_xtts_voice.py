"""XTTS-v2 as a voice half: identity entanglement, profiles, streaming, long text, bad input."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
from narrating_face.core.bundles import Speech, SpeechLatents, VoiceProfile
from narrating_face.core.entanglement.blocks import ExplicitTransformerEncoder
from narrating_face.core.entanglement.prompt_guided_authors import text_token, voice_of, voice_tokens
from narrating_face.core.errors import InputError
from narrating_face.core.families.xtts.bundles import XTTSLatents
from narrating_face.core.families.xtts.voice import XTTSVoice
from narrating_face.core.model import Model
from narrating_face.core.pipeline import (
    animate,
    narrate,
    speak,
    stream_speech,
)
from narrating_face.core.progress import Progress, Stage
from narrating_face.core.settings import SpeechSampling
from narrating_face.core.voice.profiles import average_profiles, blend_profiles, load_profile
from narrating_face.core.voice.xtts import model as xtts_model
from narrating_face.core.voice.xtts.decoding import decode_batch
from tiny_xtts import random_state, small_voice, write_checkpoint
from torch import Tensor

TEXT = "The quick brown fox is a story."


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> XTTSVoice:
    return small_voice(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def model(voice: XTTSVoice) -> Model:
    return Model(voice=voice)


@pytest.fixture(scope="module")
def sample(reader_sample: tuple[Tensor, int]) -> tuple[Tensor, int]:
    return reader_sample


@pytest.fixture(scope="module")
def profile(voice: XTTSVoice, sample: tuple[Tensor, int]) -> VoiceProfile:
    return voice.encode_voice(*sample)


@pytest.mark.parametrize("kind", ["ete", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("ste", "none"))])
def test_a_fresh_block_speaks_bit_for_bit_like_plain_xtts(
    model: Model, voice: XTTSVoice, profile: VoiceProfile, kind: str
):
    _, speech = speak(model, profile, TEXT, encoder=kind, seed=5)
    engine = voice.engine
    (sentence,) = engine.sentences(TEXT)
    request = engine.request(profile.conditioning, torch.tensor([sentence.token_ids]), 5)
    (plain,) = decode_batch(engine.nets.gpt, [request], SpeechSampling())
    assert torch.equal(speech.waveform, engine.sound(plain.values(), profile.speaker, not plain.finished))


def test_full_size_voices_are_64_and_1_tokens_and_come_back():
    conditioning, speaker = torch.randn(2, 32, 1024), torch.randn(2, 512)
    tokens = voice_tokens(conditioning, speaker)
    assert tokens.shape == (2, 65, 512)
    assert torch.equal(tokens[0, 1], conditioning[0, 0, 512:])
    back = voice_of(tokens, conditioning.shape, 512)
    assert torch.equal(back[0], conditioning) and torch.equal(back[1], speaker)
    assert text_token(torch.tensor([[5, 7]]))[0, 0, :3].tolist() == [5, 7, 0]


def test_a_trained_block_changes_the_voice(voice: XTTSVoice, profile: VoiceProfile):
    changed = XTTSVoice(voice.engine)
    block = changed.blocks["ete"]
    assert isinstance(block, ExplicitTransformerEncoder)
    torch.nn.init.normal_(block.audio.output.weight, std=0.1)
    plain, moved = (
        next(iter(half.entangle(profile, half.encode_prompt(TEXT), None, half.blocks["ete"])))
        for half in (voice, changed)
    )
    assert plain.audio.shape == moved.audio.shape
    assert not torch.allclose(plain.audio, moved.audio)
    assert torch.equal(plain.video, moved.video)


def test_attention_maps_cover_visual_and_text_tokens(voice: XTTSVoice, profile: VoiceProfile):
    (segment,) = voice.entangle(profile, voice.encode_prompt(TEXT), None, voice.blocks["ete"], attention=True)
    assert segment.attention is not None
    assert segment.attention.audio.shape[-1] == 3073 + 1
    assert segment.attention.video.shape[-2:] == (3073, 1 + segment.audio.shape[1])


def test_speech_is_24_khz_finite_and_seeded(model: Model, profile: VoiceProfile):
    (latents, speech), (_, again), (_, other) = (speak(model, profile, TEXT, seed=seed) for seed in (1, 1, 2))
    assert speech.sample_rate == 24_000 and torch.isfinite(speech.waveform).all()
    assert torch.equal(speech.waveform, again.waveform)
    assert not torch.equal(speech.waveform, other.waveform)
    assert latents.rate == pytest.approx(21.533, abs=1e-3)


@pytest.mark.slow
def test_long_text_is_spoken_sentence_by_sentence_with_pauses(model: Model, profile: VoiceProfile):
    text = "The weather was pleasant this morning. " * 6
    latents, _ = speak(model, profile, text)
    assert isinstance(latents, XTTSLatents) and len(latents.sentences) == 6
    assert all(sentence.pause > 0 for sentence in latents.sentences[:-1]) and latents.sentences[-1].pause == 0


@pytest.mark.slow
@pytest.mark.parametrize("speed", [1.0, 1.3])
def test_streamed_speech_is_the_same_sound(model: Model, profile: VoiceProfile, speed: float):
    """Six sentences are two batches: the stream gives bit for bit what the whole speech holds, and its notes."""
    text = "The weather was pleasant this morning. " * 6
    latents, speech = speak(model, profile, text, speed=speed)
    chunks = list(stream_speech(model, profile, text, speed=speed))
    assert len(chunks) > 6
    assert torch.equal(torch.cat([chunk.waveform for chunk in chunks], -1), speech.waveform)
    assert tuple(note for chunk in chunks for note in chunk.notes) == latents.notes


def test_sound_comes_while_the_sentence_is_being_decoded(model: Model, profile: VoiceProfile):
    reports: list[Progress] = []
    sampling = SpeechSampling(temperature=0, repetition_penalty=1)  # never comes to an end by itself
    next(stream_speech(model, profile, TEXT, sampling=sampling, progress=reports.append))
    assert reports[-1].stage is Stage.DECODE_SPEECH and reports[-1].done < reports[-1].total


def test_a_sentence_without_an_end_is_reported_and_fades(model: Model, profile: VoiceProfile):
    latents, speech = speak(model, profile, TEXT, sampling=SpeechSampling(temperature=0, repetition_penalty=1))
    assert isinstance(latents, XTTSLatents) and latents.sentences[0].cut_off
    assert latents.notes and "sentence 1 was stopped" in latents.notes[0]
    assert speech.waveform[..., -1].abs().max() == 0


def test_progress_can_cancel_at_a_code(model: Model, profile: VoiceProfile):
    class Cancelled(Exception):
        pass

    steps = []

    def progress(report: Progress) -> None:
        if report.stage is Stage.DECODE_SPEECH:
            steps.append(report.done)
            if report.done == 3:
                raise Cancelled

    with pytest.raises(Cancelled):
        speak(model, profile, TEXT, progress=progress)
    assert steps == [1, 2, 3]


def test_progress_covers_all_batches(model: Model, profile: VoiceProfile, short_sentences: None):
    reports: list[Progress] = []
    speak(model, profile, "The weather was pleasant. " * 6, progress=reports.append)
    codes = [report for report in reports if report.stage is Stage.DECODE_SPEECH]
    assert [report.done for report in codes] == list(range(1, 9)) and {report.total for report in codes} == {8}


def test_several_samples_average_and_two_voices_blend(model: Model, profile: VoiceProfile, sample, tmp_path: Path):
    other = model.voice.encode_voice(sample[0].flip(-1), sample[1])
    mean = average_profiles([profile, other])
    torch.testing.assert_close(mean.speaker, (profile.speaker + other.speaker) / 2)
    torch.testing.assert_close(mean.conditioning, (profile.conditioning + other.conditioning) / 2)
    assert torch.equal(blend_profiles(profile, other, 0).speaker, profile.speaker)
    assert torch.equal(blend_profiles(profile, other, 1).conditioning, other.conditioning)
    mean.save(tmp_path / "mean.safetensors")
    loaded = load_profile(tmp_path / "mean.safetensors")
    assert torch.equal(loaded.conditioning, mean.conditioning) and torch.equal(loaded.speaker, mean.speaker)


def test_profiles_of_two_models_do_not_mix(
    model: Model, profile: VoiceProfile, starter_model: Model, reader_profile: VoiceProfile
):
    with pytest.raises(InputError, match="different models"):
        average_profiles([profile, reader_profile])
    for other, own in ((model, reader_profile), (starter_model, profile)):
        with pytest.raises(InputError, match="conditioning latents"):
            speak(other, own, TEXT)
    with pytest.raises(InputError, match="weight"):
        blend_profiles(profile, profile, 1.5)
    with pytest.raises(InputError, match="no voice profile"):
        average_profiles([])


@pytest.mark.parametrize("text", ["", "  ", "🙂🙃", "\x00"])
def test_nothing_to_say_is_one_sentence(model: Model, profile: VoiceProfile, text: str):
    with pytest.raises(InputError) as refusal:
        speak(model, profile, text)
    assert "\n" not in str(refusal.value)


def test_ten_thousand_characters_become_sentences(model: Model):
    prompt = model.voice.encode_prompt("this is a story of the north, and a better one. " * 210)
    assert len(prompt.sentences) > 100
    assert all(sentence.token_ids.shape[1] <= 120 for sentence in prompt.sentences)


@pytest.fixture
def short_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few codes for each sentence: the small model never stops by itself."""
    monkeypatch.setattr(xtts_model, "MIN_NEW_TOKENS", 4)
    monkeypatch.setattr(xtts_model, "NEW_TOKENS_PER_TEXT_TOKEN", 0)


@pytest.mark.slow
def test_ten_thousand_characters_are_spoken(model: Model, profile: VoiceProfile, short_sentences: None):
    """Every sentence of a long text without a line's end, in order, with its pause."""
    text = "this is a story of the north, and a better one; number 7, they say & laugh! " * 132
    assert len(text) > 10_000
    latents, speech = speak(model, profile, text, encoder="none")
    assert isinstance(latents, XTTSLatents)
    assert len(latents.sentences) == len(model.voice.encode_prompt(text).sentences) > 100
    assert torch.isfinite(latents.values).all() and torch.isfinite(speech.waveform).all()
    assert speech.seconds > 10 and float(speech.waveform.abs().max()) > 0


STRANGE = {
    "one word": "a" * 10_000,
    "stops": "." * 9_999 + "a",
    "digits": "7" * 2_000,
    "a decimal": "7" * 1_000 + "." + "7" * 1_000,
    "an ordinal": "7" * 2_000 + "th",
    "money": "£" + "7," * 1_000 + "7",
    "pictures": "🙂 a 🙃" * 1_500,
    "lines": "a\n" * 40,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", STRANGE)
def test_strange_text_is_spoken_or_refused_in_one_sentence(
    model: Model, profile: VoiceProfile, short_sentences: None, kind: str
):
    try:
        _, speech = speak(model, profile, STRANGE[kind], encoder="none")
    except InputError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert torch.isfinite(speech.waveform).all()


def test_an_unknown_language_is_named(model: Model, starter_model: Model):
    with pytest.raises(InputError, match="language is 'it'"):
        model.voice.encode_prompt("Ciao.", "it")
    with pytest.raises(InputError, match="language is 'it': the starter's voice speaks only en"):
        starter_model.voice.encode_prompt("Ciao.", "it")


def recording(sample: tuple[Tensor, int], kind: str) -> tuple[Tensor, int]:
    wave, rate = sample[0][..., : 4 * sample[1]], sample[1]
    return {
        "short": (wave[..., : rate // 10], rate),
        "silence": (torch.zeros(1, 1, 3 * rate), rate),
        "NaN": (torch.full_like(wave, torch.nan), rate),
        "one NaN": (torch.where(torch.arange(wave.shape[-1]) == 9, torch.nan, wave), rate),
        "empty": (wave[..., :0], rate),
        "clipped": ((40 * wave).clamp(-1, 1), rate),
        "loud": (40 * wave, rate),
        "stereo 8 kHz": (wave.repeat(1, 2, 1)[..., ::3], 8_000),
        "stereo 96 kHz": (wave.repeat(1, 2, 1).repeat_interleave(4, -1), 96_000),
        "odd rate": (wave, 22_051),
        "no rate": (wave, 0),
        "a batch": (wave.repeat(2, 1, 1), rate),
    }[kind]


@pytest.mark.parametrize("kind", ["short", "silence", "NaN", "one NaN", "empty", "no rate"])
def test_unusable_samples_are_refused_in_one_sentence(model: Model, sample: tuple[Tensor, int], kind: str):
    with pytest.raises(InputError) as refusal:
        model.voice.encode_voice(*recording(sample, kind))
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["clipped", "loud", "stereo 8 kHz", "stereo 96 kHz", "odd rate", "a batch"])
def test_unusual_samples_give_a_profile(model: Model, sample: tuple[Tensor, int], kind: str):
    profile = model.voice.encode_voice(*recording(sample, kind))
    assert torch.isfinite(profile.conditioning).all() and torch.isfinite(profile.speaker).all()
    _, speech = speak(model, profile, "A story.")
    assert torch.isfinite(speech.waveform).all()


def test_a_sample_at_another_rate_is_the_same_voice(model: Model, sample: tuple[Tensor, int], profile: VoiceProfile):
    other = model.voice.encode_voice(*recording(sample, "stereo 96 kHz"))
    assert torch.cosine_similarity(other.speaker, profile.speaker).item() > 0.9


def test_a_voice_without_a_face_speaks_and_says_what_is_missing(model: Model, profile: VoiceProfile):
    with pytest.raises(InputError, match="no face"):
        narrate(model, torch.zeros(1, 3, 64, 64), profile, TEXT)
    with pytest.raises(InputError, match="no face"):
        animate(model, torch.zeros(1, 3, 64, 64), Speech(torch.zeros(1, 1, 100), 24_000))


def test_bundles_of_another_model_are_refused_in_one_sentence(
    model: Model, profile: VoiceProfile, starter_model: Model, reader_profile: VoiceProfile
):
    voice, other = model.voice, starter_model.voice
    prompts = {half: half.encode_prompt(TEXT) for half in (voice, other)}
    with pytest.raises(InputError, match="speech latents were made by another model"):
        voice.generate_speech(SpeechLatents(values=torch.zeros(1, 4, 100), rate=80.0))
    with pytest.raises(InputError, match="speech latents were made by another model"):
        other.generate_speech(SpeechLatents(values=torch.zeros(1, 4, 64), rate=21.5))
    for half, own, foreign in ((voice, profile, prompts[other]), (other, reader_profile, prompts[voice])):
        with pytest.raises(InputError, match="prompt was encoded by another model"):
            list(half.entangle(own, foreign, None, half.blocks["none"]))
    segments = list(other.entangle(reader_profile, prompts[other], None, other.blocks["none"]))
    with pytest.raises(InputError, match="entangled carries no text of this voice"):
        voice.decode_speech(segments)
    with pytest.raises(InputError, match="holds no segment"):
        voice.decode_speech([])
    with pytest.raises(InputError, match="portrait has 18 visual tokens where this model needs 3073"):
        list(voice.entangle(profile, prompts[voice], torch.zeros(1, 18, 512), voice.blocks["none"]))


def test_every_network_is_listed_once(model: Model):
    nets = model.nets()
    parameters = list(itertools.chain.from_iterable(net.parameters() for net in nets.values()))
    assert len({id(parameter) for parameter in parameters}) == len(parameters)
    assert {"xtts_gpt", "xtts_vocoder", "xtts_conditioning", "xtts_speaker_encoder", "block_ete"} <= nets.keys()


@pytest.mark.slow
def test_a_random_model_of_other_sizes_speaks_too(tmp_path: Path, sample: tuple[Tensor, int]):
    from narrating_face.model_loaders.xtts import load_voice

    model = Model(voice=load_voice(write_checkpoint(tmp_path, random_state()), precision="int8"))
    _, speech = speak(model, model.voice.encode_voice(*sample), TEXT)
    assert torch.isfinite(speech.waveform).all() and speech.seconds > 0.5
