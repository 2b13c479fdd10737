"""Stationary noise is estimated in pauses and subtracted; speech and clean recordings do not change."""

import torch
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.audio.noise import estimate_noise, subtract_noise

TIME = torch.arange(72_000) / 24_000
SPEECH = 0.2 * torch.sin(2 * torch.pi * 220 * TIME) * ((TIME > 0.5) & (TIME < 1.4) | (TIME > 1.9)).float()
HISS = 0.005 * torch.randn(72_000, generator=torch.Generator().manual_seed(0))


def test_noise_is_subtracted_and_speech_stays() -> None:
    mel = log_mel((SPEECH + HISS)[None])
    clean = subtract_noise(mel, estimate_noise(SPEECH + HISS))
    pause, voiced = slice(10, 35), slice(60, 100)
    assert clean[..., pause].mean() < mel[..., pause].mean() - 1.0
    torch.testing.assert_close(clean[0, :, voiced].amax(0), mel[0, :, voiced].amax(0), atol=0.05, rtol=0)


def test_recordings_without_noise_or_pauses_do_not_change() -> None:
    mel = log_mel(SPEECH[None])
    torch.testing.assert_close(subtract_noise(mel, estimate_noise(SPEECH)), mel)
    steady = 0.2 * torch.sin(2 * torch.pi * 220 * TIME)
    assert torch.equal(estimate_noise(steady), torch.zeros(100, 1))
