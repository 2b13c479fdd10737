"""The whole pipeline on the bundled weights: lengths, seeds, swaps, voices, and what bad input gets."""

import itertools
import math

import pytest
import torch
from narrating_face.core.audio.pitch import fundamental, median_hz
from narrating_face.core.audio.resample import resample
from narrating_face.core.bundles import (
    Narration,
    Portrait,
    Speech,
    VoiceProfile,
)
from narrating_face.core.errors import InputError
from narrating_face.core.families.starter.bundles import StarterNarration
from narrating_face.core.model import Model
from narrating_face.core.pipeline import animate, narrate, speak
from narrating_face.core.progress import Progress, Stage
from narrating_face.core.settings import FaceControls
from narrating_face.core.voice.profiles import load_profile
from narrating_face.model_loaders import starter

TEXT = "Bob may buy a map."


@pytest.fixture(scope="module")
def model(starter_model: Model) -> Model:
    return starter_model


@pytest.fixture(scope="module")
def portrait(man_portrait: Portrait) -> Portrait:
    return man_portrait


@pytest.fixture(scope="module")
def voice(reader_profile: VoiceProfile) -> VoiceProfile:
    return reader_profile


@pytest.fixture(scope="module")
def narration(model: Model, portrait: Portrait, voice: VoiceProfile) -> StarterNarration:
    return with_motion(narrate(model, portrait, voice, TEXT))


def with_motion(narration: Narration) -> StarterNarration:
    """What the starter's face makes."""
    assert isinstance(narration, StarterNarration)
    return narration


@pytest.mark.parametrize("fps", [12.0, 24.0, 25.0, 29.97, 60.0])
def test_frames_cover_the_sound_exactly(model: Model, portrait: Portrait, voice: VoiceProfile, fps: float):
    result = with_motion(narrate(model, portrait, voice, "One. Two and three!", fps=fps))
    assert result.frame_count == math.ceil(round(result.speech.seconds * fps, 6))
    assert result.motion.values.shape == (1, result.frame_count, 17)


def test_chunks_hold_every_frame_at_the_portraits_size(narration: StarterNarration, portrait: Portrait):
    height, width = (side // 2 * 2 for side in portrait.image.shape[-2:])
    sizes = [chunk.shape for chunk in narration.chunks()]
    assert sum(size[0] for size in sizes) == narration.frame_count
    assert {tuple(size[1:]) for size in sizes} == {(height, width, 3)}


def test_same_seed_is_bit_equal_and_another_moves_otherwise(model: Model, portrait: Portrait, voice: VoiceProfile):
    first, again, other = (
        with_motion(narrate(model, portrait, voice, TEXT, controls=FaceControls(seed=seed))) for seed in (3, 3, 4)
    )
    assert torch.equal(first.speech.waveform, again.speech.waveform)
    assert torch.equal(first.motion.values, again.motion.values)
    assert torch.equal(next(first.chunks()), next(again.chunks()))
    count = min(first.frame_count, other.frame_count)
    assert not torch.allclose(first.motion.values[:, :count, 8:], other.motion.values[:, :count, 8:])


def test_every_encoder_runs_on_the_same_stages(model: Model, portrait: Portrait, voice: VoiceProfile):
    prompt, tokens = model.voice.encode_prompt(TEXT), portrait.visual_tokens
    results = {}
    for kind in ("ete", "ste", "none"):
        (segment,) = model.voice.entangle(voice, prompt, tokens, model.voice_block(kind), attention=True)
        results[kind] = segment
        assert torch.isfinite(segment.audio).all() and torch.isfinite(segment.video).all()
        assert (segment.attention is None) == (kind == "none")
    assert len({(segment.audio.shape, segment.video.shape) for segment in results.values()}) == 1
    assert not torch.allclose(results["ete"].audio, results["ste"].audio)
    rows = results["ete"].attention.video.sum(-1)
    torch.testing.assert_close(rows, torch.ones(1, 8, results["ete"].video.shape[1]))


def test_without_attention_the_mouth_does_not_follow_the_speech(model, portrait, voice):
    with_attention = with_motion(narrate(model, portrait, voice, TEXT)).motion["lip_gap"]
    without = with_motion(narrate(model, portrait, voice, TEXT, encoder="none")).motion["lip_gap"]
    assert without.std() < 0.3 * with_attention.std()


def test_speech_ends_with_a_short_tail_and_known_times(narration: StarterNarration):
    last = narration.words[-1]
    assert last.symbol == "map"
    assert 0.15 <= narration.speech.seconds - last.end <= 0.30
    starts = [phoneme.start for phoneme in narration.phonemes]
    assert starts == sorted(starts)
    assert narration.phonemes[-1].end == pytest.approx(narration.speech.seconds, abs=1e-4)


def test_lips_meet_on_closures_and_open_on_vowels(narration: StarterNarration):
    gap, times = narration.motion["lip_gap"][0], (torch.arange(narration.frame_count) + 0.5) / 25
    during = {"b": [], "m": [], "p": [], "open": []}
    for phoneme in narration.phonemes:
        name = "open" if phoneme.symbol in "ɑæI" else phoneme.symbol
        near = (times > phoneme.start - 0.04) & (times < phoneme.end + 0.04)
        if name in during and near.any():
            during[name].append(gap[near].max() if name == "open" else gap[near].min())
    closures = torch.stack(during["b"] + during["m"] + during["p"])
    assert closures.max() < 0.5 * torch.stack(during["open"]).mean()


def test_saved_profile_speaks_the_same(model, voice: VoiceProfile, tmp_path):
    voice.save(tmp_path / "voice.safetensors")
    loaded = load_profile(tmp_path / "voice.safetensors")
    assert loaded.statistics == voice.statistics
    assert torch.equal(speak(model, voice, TEXT)[1].waveform, speak(model, loaded, TEXT)[1].waveform)


@pytest.mark.slow
def test_pitch_follows_the_sample(model: Model, reader_sample):
    wave, rate = reader_sample
    heights = []
    for factor in (1.0, 1.6):
        changed = resample(wave, round(rate * factor), rate)  # sounds faster and higher
        profile = model.voice.encode_voice(changed, rate)
        _, speech = speak(model, profile, "Where are all your old maps, anyway?")
        heights.append(median_hz(fundamental(speech.waveform[0, 0])))
    assert 1.35 < heights[1] / heights[0] < 1.85


def test_sound_is_clean(narration: StarterNarration):
    wave = narration.speech.waveform[0, 0]
    assert torch.isfinite(wave).all()
    assert wave.abs().max() <= 0.96
    assert wave.mean().abs() < 2e-3
    assert 0.02 < wave.square().mean().sqrt() < 0.2


def test_slow_speech_is_longer(model: Model, voice: VoiceProfile):
    slow, fast = (speak(model, voice, TEXT, speed=speed)[1].seconds for speed in (0.7, 1.4))
    assert 1.5 < (slow - 0.3) / (fast - 0.3) < 2.6


def test_long_texts_come_in_sentences_whose_frames_do_not_drift(model, portrait, voice):
    prompt = model.voice.encode_prompt("This is the first one. " * 12)
    block = model.voice_block("ete")
    segments = list(model.voice.entangle(voice, prompt, portrait.visual_tokens, block))
    assert len(segments) > 3
    for segment, after in itertools.pairwise(segments):
        end = segment.start + segment.speech_tokens / 40
        assert after.start == pytest.approx(end)
    frames = sum(segment.frames for segment in segments)
    seconds = sum(segment.speech_tokens for segment in segments) / 40
    assert frames == math.ceil(round(seconds * 25, 6))


@pytest.mark.parametrize("seconds", [0.3, 1.0, 7.3, 13.05])
def test_animate_covers_recorded_speech_of_any_length(model, portrait, reader_sample, seconds: float):
    wave, rate = reader_sample
    speech = Speech(wave.repeat(1, 1, 3)[..., : int(seconds * rate)], rate)
    result = animate(model, portrait, speech)
    assert result.frame_count == math.ceil(round(speech.seconds * 25, 6))
    assert torch.equal(result.speech.waveform, speech.waveform)


def test_animate_does_not_depend_on_loudness(model, portrait, reader_sample):
    wave, rate = reader_sample
    animated = (animate(model, portrait, Speech(wave * gain, rate)) for gain in (1.0, 0.05))
    loud, quiet = (with_motion(narration).motion["lip_gap"] for narration in animated)
    torch.testing.assert_close(loud, quiet, atol=2e-3, rtol=0)


@pytest.mark.parametrize("text", ["", "   ", "\n", "🙂🙃", "\x00"])
def test_unspeakable_text_is_refused_in_one_sentence(model, portrait, voice, text: str):
    with pytest.raises(InputError) as refusal:
        narrate(model, portrait, voice, text)
    assert "\n" not in str(refusal.value)


def test_an_unknown_block_is_refused(model, portrait, voice):
    with pytest.raises(InputError, match="encoder is 'both': choose one of ete, ste, none"):
        narrate(model, portrait, voice, TEXT, encoder="both")
    with pytest.raises(InputError, match="encoder is 'both'"):
        animate(model, portrait, Speech(torch.zeros(1, 1, 24_000), 24_000), encoder="both")


@pytest.mark.parametrize("fps", [0.0, 61.0, float("nan")])
def test_impossible_frame_rates_are_refused(model, portrait, voice, fps: float):
    with pytest.raises(InputError, match="fps is"):
        narrate(model, portrait, voice, TEXT, fps=fps)
    with pytest.raises(InputError, match="fps is"):
        animate(model, portrait, Speech(torch.zeros(1, 1, 24_000), 24_000), fps=fps)


@pytest.mark.parametrize("speed", [0.0, -1.0, 10.0, float("nan"), float("inf")])
def test_impossible_speeds_are_refused(model, portrait, voice, speed: float):
    with pytest.raises(InputError, match="speed"):
        narrate(model, portrait, voice, TEXT, speed=speed)


def test_cancelling_stops_at_the_next_report(model, portrait, voice):
    class Cancelled(Exception):
        pass

    reports = []

    def progress(report: Progress) -> None:
        reports.append(report.stage)
        if report.stage is Stage.ENTANGLE:
            raise Cancelled

    with pytest.raises(Cancelled):
        narrate(model, portrait, voice, "One. " * 60, progress=progress)
    assert reports.count(Stage.ENTANGLE) == 1
    assert narrate(model, portrait, voice, TEXT).frame_count > 0


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(InputError, match=r"prompt_encoder\.safetensors"):
        starter.load(folder=tmp_path)


def test_bundled_weights_stay_within_their_budget():
    assert sum(path.stat().st_size for path in starter.WEIGHTS.glob("*.safetensors")) <= 30_000_000
