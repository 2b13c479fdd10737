"""Writes audio.safetensors: what torchaudio 2.11 makes of a fixed signal.

pip install --no-deps --target FOLDER torchaudio==2.11.0
PYTHONPATH=tests/support python tests/data/make_audio_goldens.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torchaudio_stub import imported_torchaudio


def signal(seconds: float = 0.5, rate: int = 24_000) -> torch.Tensor:
    time = torch.arange(int(seconds * rate), dtype=torch.float64) / rate
    chirp = torch.sin(2 * torch.pi * (200 * time + 4_000 * time**2))
    noise = torch.randn(len(time), generator=torch.Generator().manual_seed(7), dtype=torch.float64)
    return (0.4 * chirp + 0.05 * noise).float()


def goldens(torchaudio) -> dict[str, torch.Tensor]:
    wave = signal()
    padded = torch.nn.functional.pad(wave[None, None], (362, 362), mode="reflect")[0]
    mel = torchaudio.transforms.MelSpectrogram(
        24_000, 1024, hop_length=300, n_mels=100, power=1.0, center=False, norm="slaney", mel_scale="slaney"
    )(padded)
    tensors = {"signal": wave, "log_mel": mel[0].clamp_min(1e-5).log()}
    for rate, target in ((44_100, 24_000), (8_000, 24_000), (48_000, 24_000), (24_000, 16_000)):
        source = signal(0.1, rate)
        tensors[f"source_{rate}"] = source
        tensors[f"resampled_{rate}_{target}"] = torchaudio.functional.resample(
            source, rate, target, lowpass_filter_width=16, rolloff=0.95
        )
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def main() -> None:
    with imported_torchaudio(sys.argv[1]) as torchaudio:
        tensors = goldens(torchaudio)
    save_file(tensors, str(Path(__file__).parent / "audio.safetensors"))


if __name__ == "__main__":
    main()
