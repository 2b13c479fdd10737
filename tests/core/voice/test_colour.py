"""The long-term average spectrum of a voice, and how made speech gets it."""

import torch
from narrating_face.core.media import read_audio
from narrating_face.core.starter.calibration import TEXT
from narrating_face.core.voice.colour import MOST, coloured, missing_colour, sample_colour, voice_colour
from narrating_face.core.voice.mel import log_mel
from narrating_face.core.voice.noise import steady_noise
from narrating_face.core.voice.sample import prepare_sample
from narrating_face.model_loaders import starter

TILT = torch.linspace(0.6, -0.6, 100)


def _latents(frames: int) -> torch.Tensor:
    """Speech latents [1, frames, 102]; the last third is silence."""
    latents = torch.randn(1, frames, 102, generator=torch.Generator().manual_seed(0)) - 4
    latents[:, frames * 2 // 3 :, :100] -= 8
    return latents


def _colour(latents: torch.Tensor) -> torch.Tensor:
    return voice_colour(latents[..., :100].transpose(1, 2))


def test_silence_has_no_say_in_the_colour():
    latents = _latents(300)
    torch.testing.assert_close(_colour(latents), latents[:, :200, :100].mean(1))


def test_speech_gets_the_missing_colour_and_keeps_its_pitch():
    latents = _latents(3_000)
    wanted = _colour(latents) + TILT
    matched = coloured(latents, missing_colour(wanted, _colour(latents)))
    torch.testing.assert_close(_colour(matched), wanted, atol=0.02, rtol=0)
    assert torch.equal(matched[..., 100:], latents[..., 100:])


def test_what_is_given_is_smooth_and_limited():
    plain, jagged = torch.zeros(1, 100), torch.tensor([1.0, -1.0] * 50)[None]
    assert float(missing_colour(jagged, plain).abs().mean()) < 0.06
    assert torch.equal(missing_colour(plain + 9, plain), torch.full((1, 100), MOST))


def test_without_a_colour_nothing_changes():
    latents = _latents(50)
    assert coloured(latents, None) is latents


@torch.inference_mode()
def test_a_voice_that_speaks_the_calibration_has_its_samples_colour():
    model = starter.load()
    sample = read_audio(starter.SAMPLES / "reader.wav")
    profile = model.encode_voice(*sample)
    windows = list(model.entangle(profile, model.encode_prompt(TEXT), model.no_portrait(), model.block("ete")))
    speech = prepare_sample(*sample)[0]
    wanted = sample_colour(log_mel(speech[None]), steady_noise(speech))
    before = torch.cat([model._nets.speech_decoder.decode(one.audio, one.speech_tokens) for one in windows], 1)
    after = model.decode_speech(windows).values
    distance = [float((_colour(latents) - wanted).abs().mean()) for latents in (before, after)]
    assert distance[1] < 0.6 * distance[0]
