"""The constants that core takes from training speech: its sound classes (core.voice.sound_classes) and its mean
spectrum (core.audio.bandwidth).

    python -m narrating_face.research.training.phone_classes --speech DIR --run DIR

K-means over every fourth speech frame of every fourth utterance, the best of four starts, with the distance of frames
from their centre in each cosine. The mean spectrum is that of the same utterances' speech.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from ...core.audio.mel import log_mel
from ...core.voice.sound_classes import CLASS_CENTERS
from ...core.voice.timbre import timbre_frames
from .speech_set import SpeechSet

STARTS, ROUNDS, EVERY = 4, 80, 4


def mean_spectrum(speech: SpeechSet) -> Tensor:
    """Mean log-mel [100] of speech frames."""
    means = []
    for utterance in speech.utterances[::EVERY]:
        mel = log_mel(speech.waveform(utterance)[None])  # [1, 100, T]
        means.append(mel[..., timbre_frames(mel).speech[0, :, 0] > 0].mean(-1)[0])
    return torch.stack(means).mean(0)


def speech_cosines(speech: SpeechSet, dimensions: int) -> Tensor:
    """Cosines [N, D] of speech frames, less the mean of each utterance."""
    found = []
    for utterance in speech.utterances[::EVERY]:
        frames = timbre_frames(log_mel(speech.waveform(utterance)[None]))
        kept = (frames.cepstra - frames.mean)[frames.speech[..., 0] > 0]
        found.append(kept[::EVERY, :dimensions])
    return torch.cat(found)


def k_means(points: Tensor, classes: int, seed: int) -> tuple[float, Tensor]:
    """Mean squared distance to the nearest centre, and the centres [K, D]."""
    generator = torch.Generator().manual_seed(seed)
    centers = points[torch.randperm(len(points), generator=generator)[:classes]]
    for _ in range(ROUNDS):
        nearest = torch.cdist(points, centers).argmin(1)
        centers = torch.stack(
            [points[nearest == k].mean(0) if (nearest == k).any() else centers[k] for k in range(classes)]
        )
    return float(torch.cdist(points, centers).amin(1).square().mean()), centers


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--run", type=Path, required=True, help="folder for caches")
    options = parser.parse_args(arguments)
    speech = SpeechSet(options.speech, options.run)
    points = speech_cosines(speech, len(CLASS_CENTERS[0]))
    distance, centers = min(
        (k_means(points, len(CLASS_CENTERS), seed) for seed in range(STARTS)), key=lambda found: found[0]
    )
    for center in centers[centers[:, 0].argsort()].tolist():
        print("(" + ", ".join(f"{value:.1f}" for value in center) + "),")
    print("mean spectrum: " + ", ".join(f"{value:.1f}" for value in mean_spectrum(speech).tolist()))
    print(f"distance in each cosine: {(distance / centers.shape[1]) ** 0.5:.2f}")


if __name__ == "__main__":
    main()
