"""The full family's voice: identity entanglement, profiles, long text, bad input, the starter's own pipeline."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
from narrating_face.core.bundles import Speech, SpeechLatents, VoiceProfile
from narrating_face.core.entanglement.prompt_guided_authors import text_token, voice_of, voice_tokens
from narrating_face.core.errors import InputError
from narrating_face.core.families.xtts.model import FullModel
from narrating_face.core.media import read_audio
from narrating_face.core.pipeline import narrate, speak
from narrating_face.core.voice.profiles import average_profiles, blend_profiles
from narrating_face.core.voice.xtts import model as xtts_model
from narrating_face.core.voice.xtts.decoding import decode_batch
from narrating_face.core.voice.xtts.model import XTTSVoice
from narrating_face.core.voice.xtts.sampling import SpeechSampling
from narrating_face.model_loaders import starter
from tiny_xtts import random_state, small_voice, write_checkpoint
from torch import Tensor

TEXT = "The quick brown fox is a story."


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> XTTSVoice:
    return small_voice(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def model(voice: XTTSVoice) -> FullModel:
    return FullModel(voice)


@pytest.fixture(scope="module")
def sample() -> tuple[Tensor, int]:
    return read_audio(starter.SAMPLES / "reader.wav")


@pytest.fixture(scope="module")
def profile(model: FullModel, sample: tuple[Tensor, int]) -> VoiceProfile:
    return model.encode_voice(*sample)


@pytest.mark.parametrize("kind", ["ete", "ste", "none"])
def test_a_fresh_block_speaks_bit_for_bit_like_plain_xtts(
    model: FullModel, voice: XTTSVoice, profile: VoiceProfile, kind: str
):
    _, speech = speak(model, profile, TEXT, encoder=kind, seed=5)
    (sentence,) = voice.sentences(TEXT)
    request = voice.request(profile.conditioning, torch.tensor([sentence.token_ids]), 5)
    (plain,) = decode_batch(voice.nets.gpt, [request], SpeechSampling())
    assert torch.equal(speech.waveform, voice.sound(plain.values(), profile.speaker, not plain.finished))


def test_full_size_voices_are_64_and_1_tokens_and_come_back():
    conditioning, speaker = torch.randn(2, 32, 1024), torch.randn(2, 512)
    tokens = voice_tokens(conditioning, speaker)
    assert tokens.shape == (2, 65, 512)
    assert torch.equal(tokens[0, 1], conditioning[0, 0, 512:])
    back = voice_of(tokens, conditioning.shape, 512)
    assert torch.equal(back[0], conditioning) and torch.equal(back[1], speaker)
    assert text_token(torch.tensor([[5, 7]]))[0, 0, :3].tolist() == [5, 7, 0]


def test_a_trained_block_changes_the_voice(model: FullModel, voice: XTTSVoice, profile: VoiceProfile):
    changed = FullModel(voice)
    torch.nn.init.normal_(changed.block("ete").audio.output.weight, std=0.1)
    windows = [
        next(iter(m.entangle(profile, m.encode_prompt(TEXT), m.no_portrait(), m.block("ete"))))
        for m in (model, changed)
    ]
    assert windows[0].audio.shape == windows[1].audio.shape
    assert not torch.allclose(windows[0].audio, windows[1].audio)
    assert torch.equal(windows[0].video, windows[1].video)


def test_attention_maps_cover_visual_and_text_tokens(model: FullModel, profile: VoiceProfile):
    prompt, nobody = model.encode_prompt(TEXT), model.no_portrait()
    (window,) = model.entangle(profile, prompt, nobody, model.block("ete"), attention=True)
    assert window.audio_attention is not None and window.video_attention is not None
    assert window.audio_attention.shape[-1] == 3073 + 1
    assert window.video_attention.shape[-2:] == (3073, 1 + window.audio.shape[1])


def test_speech_is_24_khz_finite_and_seeded(model: FullModel, profile: VoiceProfile):
    (latents, speech), (_, again), (_, other) = (speak(model, profile, TEXT, seed=seed) for seed in (1, 1, 2))
    assert speech.sample_rate == 24_000 and torch.isfinite(speech.waveform).all()
    assert torch.equal(speech.waveform, again.waveform)
    assert not torch.equal(speech.waveform, other.waveform)
    assert latents.rate == pytest.approx(21.533, abs=1e-3)


def test_long_text_is_spoken_sentence_by_sentence_with_pauses(model: FullModel, profile: VoiceProfile):
    text = "The weather was pleasant this morning. " * 6
    latents, speech = speak(model, profile, text)
    assert len(latents.segments) == 6
    assert all(segment.pause > 0 for segment in latents.segments[:-1]) and latents.segments[-1].pause == 0
    pieces = list(
        model.stream_speech(model.entangle(profile, model.encode_prompt(text), model.no_portrait(), model.block("ete")))
    )
    streamed = torch.cat(pieces, -1)
    assert streamed.shape == speech.waveform.shape
    torch.testing.assert_close(streamed, speech.waveform, atol=1e-4, rtol=0)  # sentences alone, not in a batch


def test_a_sentence_without_an_end_is_reported_and_fades(model: FullModel, profile: VoiceProfile):
    latents, speech = speak(model, profile, TEXT, sampling=SpeechSampling(temperature=0, repetition_penalty=1))
    assert latents.segments[0].cut_off
    assert latents.notes and "sentence 1 was stopped" in latents.notes[0]
    assert speech.waveform[..., -1].abs().max() == 0


def test_progress_can_cancel_at_a_code(model: FullModel, profile: VoiceProfile):
    class Cancelled(Exception):
        pass

    steps = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "decode speech":
            steps.append((done, total))
            if done == 3:
                raise Cancelled

    with pytest.raises(Cancelled):
        speak(model, profile, TEXT, progress=progress)
    assert [done for done, _ in steps] == [1, 2, 3]


def test_several_samples_average_and_two_voices_blend(model: FullModel, profile: VoiceProfile, sample, tmp_path: Path):
    other = model.encode_voice(sample[0].flip(-1), sample[1])
    mean = average_profiles([profile, other])
    torch.testing.assert_close(mean.speaker, (profile.speaker + other.speaker) / 2)
    torch.testing.assert_close(mean.conditioning, (profile.conditioning + other.conditioning) / 2)
    assert torch.equal(blend_profiles(profile, other, 0).speaker, profile.speaker)
    assert torch.equal(blend_profiles(profile, other, 1).conditioning, other.conditioning)
    mean.save(tmp_path / "mean.safetensors")
    loaded = VoiceProfile.load(tmp_path / "mean.safetensors")
    assert torch.equal(loaded.conditioning, mean.conditioning) and torch.equal(loaded.speaker, mean.speaker)


def test_profiles_of_two_families_do_not_mix(model: FullModel, profile: VoiceProfile, sample):
    of_starter = starter.load().encode_voice(*sample)
    with pytest.raises(InputError, match="different model families"):
        average_profiles([profile, of_starter])
    with pytest.raises(InputError, match="conditioning latents"):
        speak(model, of_starter, TEXT)
    with pytest.raises(InputError, match="weight"):
        blend_profiles(profile, profile, 1.5)
    with pytest.raises(InputError, match="no voice profile"):
        average_profiles([])


@pytest.mark.parametrize("text", ["", "  ", "🙂🙃", "\x00"])
def test_nothing_to_say_is_one_sentence(model: FullModel, profile: VoiceProfile, text: str):
    with pytest.raises(InputError) as refusal:
        speak(model, profile, text)
    assert "\n" not in str(refusal.value)


def test_ten_thousand_characters_become_sentences(model: FullModel):
    prompt = model.encode_prompt("this is a story of the north, and a better one. " * 210)
    assert len(prompt.sentences) > 100
    assert all(sentence.token_ids.shape[1] <= 120 for sentence in prompt.sentences)


@pytest.fixture
def short_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few codes for each sentence: the small model never stops by itself."""
    monkeypatch.setattr(xtts_model, "LEAST_BUDGET", 4)
    monkeypatch.setattr(xtts_model, "BUDGET_FOR_TOKEN", 0)


def test_ten_thousand_characters_are_spoken(model: FullModel, profile: VoiceProfile, short_sentences: None):
    """Every sentence of a long text without a line's end, in order, with its pause."""
    text = "this is a story of the north, and a better one; number 7, they say & laugh! " * 132
    assert len(text) > 10_000
    latents, speech = speak(model, profile, text, encoder="none")
    assert len(latents.segments) == len(model.encode_prompt(text).sentences) > 100
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


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_text_is_spoken_or_refused_in_one_sentence(
    model: FullModel, profile: VoiceProfile, short_sentences: None, kind: str
):
    try:
        _, speech = speak(model, profile, STRANGE[kind], encoder="none")
    except InputError as refusal:
        assert "\n" not in str(refusal)
    else:
        assert torch.isfinite(speech.waveform).all()


def test_an_unknown_language_is_named(model: FullModel):
    with pytest.raises(InputError, match="language is 'it'"):
        model.encode_prompt("Ciao.", "it")
    with pytest.raises(InputError, match="starter family speaks en alone"):
        starter.load().encode_prompt("Ciao.", "it")


def recording(sample: tuple[Tensor, int], kind: str) -> tuple[Tensor, int]:
    wave, rate = sample
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
def test_unusable_samples_are_refused_in_one_sentence(model: FullModel, sample: tuple[Tensor, int], kind: str):
    with pytest.raises(InputError) as refusal:
        model.encode_voice(*recording(sample, kind))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("kind", ["clipped", "loud", "stereo 8 kHz", "stereo 96 kHz", "odd rate", "a batch"])
def test_unusual_samples_give_a_profile(model: FullModel, sample: tuple[Tensor, int], kind: str):
    profile = model.encode_voice(*recording(sample, kind))
    assert torch.isfinite(profile.conditioning).all() and torch.isfinite(profile.speaker).all()
    _, speech = speak(model, profile, "A story.")
    assert torch.isfinite(speech.waveform).all()


def test_a_sample_at_another_rate_is_the_same_voice(
    model: FullModel, sample: tuple[Tensor, int], profile: VoiceProfile
):
    other = model.encode_voice(*recording(sample, "stereo 96 kHz"))
    assert torch.cosine_similarity(other.speaker, profile.speaker).item() > 0.9


def test_without_a_face_everything_but_speech_says_so(model: FullModel, profile: VoiceProfile):
    with pytest.raises(InputError, match="no Hallo checkpoint"):
        narrate(model, torch.zeros(1, 3, 64, 64), profile, TEXT)
    with pytest.raises(InputError, match="no Hallo checkpoint"):
        model.entangle_speech(Speech(torch.zeros(1, 1, 100), 24_000), model.no_portrait(), model.block("ete"))
    with pytest.raises(InputError, match="another model family"):
        model.generate_speech(SpeechLatents(torch.zeros(1, 4, 100), 80.0))


def test_every_network_is_listed_once(model: FullModel):
    nets = model.nets()
    parameters = list(itertools.chain.from_iterable(net.parameters() for net in nets.values()))
    assert len({id(parameter) for parameter in parameters}) == len(parameters)
    assert {"xtts_gpt", "xtts_vocoder", "xtts_conditioning", "xtts_speaker_encoder", "block_ete"} <= nets.keys()


def test_a_random_model_of_other_sizes_speaks_too(tmp_path: Path, sample: tuple[Tensor, int]):
    from narrating_face.model_loaders.xtts import load_voice

    model = FullModel(load_voice(write_checkpoint(tmp_path, random_state()), precision="int8"))
    _, speech = speak(model, model.encode_voice(*sample), TEXT)
    assert torch.isfinite(speech.waveform).all() and speech.seconds > 0.5
