"""The long-term average spectrum of a voice, and how made speech gets it."""

import torch
from narrating_face.core.voice.colour import MOST, ColourMatch, voice_colour

TILT = torch.linspace(0.6, -0.6, 100)


def _latents(frames: int, seed: int = 0) -> torch.Tensor:
    """Speech latents [1, frames, 102]; the last third is silence."""
    latents = torch.randn(1, frames, 102, generator=torch.Generator().manual_seed(seed)) - 4
    latents[:, frames * 2 // 3 :, :100] -= 8
    return latents


def _colour(latents: torch.Tensor) -> torch.Tensor:
    return voice_colour(latents[..., :100].transpose(1, 2))


def test_silence_has_no_say_in_the_colour():
    latents = _latents(300)
    torch.testing.assert_close(_colour(latents), latents[:, :200, :100].mean(1))


def test_long_speech_gets_the_wanted_colour_and_keeps_its_pitch():
    latents = _latents(30_000)
    wanted = _colour(latents) + TILT
    matched = ColourMatch(wanted)(latents)
    torch.testing.assert_close(_colour(matched), wanted, atol=0.03, rtol=0)
    assert torch.equal(matched[..., 100:], latents[..., 100:])


def test_little_speech_gets_less_of_it_and_none_gets_more_than_the_most():
    latents = _latents(90)  # 60 frames of speech: half of the difference
    wanted = _colour(latents) + TILT
    given = (ColourMatch(wanted)(latents) - latents)[0, 0, :100]
    torch.testing.assert_close(given, TILT / 2, atol=0.03, rtol=0)
    far = ColourMatch(_colour(latents) + 9)(latents) - latents
    torch.testing.assert_close(far[..., :100], torch.full_like(far[..., :100], MOST))


def test_later_pieces_know_the_earlier_ones():
    first, second = _latents(900), _latents(900, seed=1)
    match = ColourMatch(_colour(first) + TILT)
    given = [(match(piece) - piece)[0, 0, 0] for piece in (first, second)]
    assert 0 < given[0] < given[1] < TILT[0] + 0.02


def test_without_a_wanted_colour_nothing_changes():
    latents = _latents(50)
    assert ColourMatch(None)(latents) is latents
