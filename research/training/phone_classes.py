"""What core.voice knows of training speech: its kinds of sound (sound_classes) and its usual spectrum (bandwidth).

    python -m narrating_face.research.training.phone_classes --speech DIR --run DIR

K-means over every fourth speech frame of every fourth utterance, the best of four starts; also printed: how far frames
lie from their centre in each cosine. The usual spectrum is the mean log-mel of the same utterances' speech.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from ...core.audio.mel import log_mel
from ...core.voice.sound_classes import CENTRES
from ...core.voice.timbre import heard
from .speech_set import SpeechSet

STARTS, ROUNDS, EVERY = 4, 80, 4


def usual(speech: SpeechSet) -> Tensor:
    """Mean log-mel [100] of speech frames."""
    means = []
    for utterance in speech.utterances[::EVERY]:
        mel = log_mel(speech.waveform(utterance)[None])  # [1, 100, T]
        means.append(mel[..., heard(mel).speech[0, :, 0] > 0].mean(-1)[0])
    return torch.stack(means).mean(0)


def shapes(speech: SpeechSet, dimensions: int) -> Tensor:
    """Cosines [N, D] of speech frames, less the mean of each utterance."""
    found = []
    for utterance in speech.utterances[::EVERY]:
        frames = heard(log_mel(speech.waveform(utterance)[None]))
        kept = (frames.cosines - frames.mean)[frames.speech[..., 0] > 0]
        found.append(kept[::EVERY, :dimensions])
    return torch.cat(found)


def k_means(points: Tensor, classes: int, seed: int) -> tuple[float, Tensor]:
    """Mean squared distance to the nearest centre, and the centres [K, D]."""
    chance = torch.Generator().manual_seed(seed)
    centres = points[torch.randperm(len(points), generator=chance)[:classes]]
    for _ in range(ROUNDS):
        nearest = torch.cdist(points, centres).argmin(1)
        centres = torch.stack(
            [points[nearest == k].mean(0) if (nearest == k).any() else centres[k] for k in range(classes)]
        )
    return float(torch.cdist(points, centres).amin(1).square().mean()), centres


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--run", type=Path, required=True, help="folder for caches")
    asked = parser.parse_args(arguments)
    speech = SpeechSet(asked.speech, asked.run)
    points = shapes(speech, len(CENTRES[0]))
    distance, centres = min((k_means(points, len(CENTRES), seed) for seed in range(STARTS)), key=lambda found: found[0])
    for centre in centres[centres[:, 0].argsort()].tolist():
        print("(" + ", ".join(f"{value:.1f}" for value in centre) + "),")
    print("usual: " + ", ".join(f"{value:.1f}" for value in usual(speech).tolist()))
    print(f"distance in each cosine: {(distance / centres.shape[1]) ** 0.5:.2f}")


if __name__ == "__main__":
    main()
