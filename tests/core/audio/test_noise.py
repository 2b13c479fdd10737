"""Steady noise is heard in pauses and taken away; speech and clean recordings stay."""

import torch
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.audio.noise import steady_noise, without_noise

TIME = torch.arange(72_000) / 24_000
SPEECH = 0.2 * torch.sin(2 * torch.pi * 220 * TIME) * ((TIME > 0.5) & (TIME < 1.4) | (TIME > 1.9)).float()
HISS = 0.005 * torch.randn(72_000, generator=torch.Generator().manual_seed(0))


def test_noise_goes_and_speech_stays() -> None:
    mel = log_mel((SPEECH + HISS)[None])
    clean = without_noise(mel, steady_noise(SPEECH + HISS))
    pause, voiced = slice(10, 35), slice(60, 100)
    assert clean[..., pause].mean() < mel[..., pause].mean() - 1.0
    torch.testing.assert_close(clean[0, :, voiced].amax(0), mel[0, :, voiced].amax(0), atol=0.05, rtol=0)


def test_clean_and_pauseless_recordings_are_left_alone() -> None:
    mel = log_mel(SPEECH[None])
    torch.testing.assert_close(without_noise(mel, steady_noise(SPEECH)), mel)
    steady = 0.2 * torch.sin(2 * torch.pi * 220 * TIME)
    assert torch.equal(steady_noise(steady), torch.zeros(100, 1))
