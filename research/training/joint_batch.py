"""Batches for the joint training: whole utterances of similar length with all their targets.

Shapes: L symbols, T speech tokens (40 Hz), 2 T mel frames (80 Hz), F video frames (25 Hz), R reference mel frames.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from ...core.audio.loudness import normalize_loudness
from ...core.audio.mel import magnitudes
from ...core.audio.pitch import median_hz
from ...core.text.english.symbols import encode
from ...core.timing import (
    FPS,
    MEL_HOP,
    SAMPLE_RATE,
    TOKEN_SAMPLES,
    frame_count,
)
from ...core.voice.harmonics import pitch_columns
from .articulation import articulate
from .faces import FaceBatch, Faces
from .speech_set import SpeechSet, Utterance, acoustic_durations
from .voice_augmentation import degrade_recordings, sample_change, unchanged

MAX_TOKENS = 425  # speech tokens that the decoder has positions for, beside its voice; longer utterances are left out


@dataclass(frozen=True)
class Batch:
    token_ids: Tensor  # [B, L]
    durations: Tensor  # [B, L], 0 at padding
    mel: Tensor  # [B, 2 T, 100]
    f0: Tensor  # [B, T] Hz
    pitch: Tensor  # [B, 2 T, 2], the columns of core.voice.harmonics
    speech_mask: Tensor  # [B, T]
    articulation: Tensor  # [B, F, 8]
    frame_mask: Tensor  # [B, F]
    reference: Tensor  # [B, 100, R]
    median_hz: Tensor  # [B]
    voice: Tensor  # [B], equal numbers for the same voice
    natural: Tensor  # [B], True where the voice is as recorded
    recorded: Tensor | None  # [B, 100, 2 T], log-mel of the speech as a poor recording; only for animation
    faces: FaceBatch


class JointData:
    """Utterances with their pitch and articulation, computed once."""

    def __init__(self, speech: SpeechSet, faces: Faces, utterances: list[Utterance], tokens: int = 1800) -> None:
        utterances = [utterance for utterance in utterances if utterance.samples <= MAX_TOKENS * TOKEN_SAMPLES]
        self.speech, self.faces, self.utterances, self.tokens = speech, faces, utterances, tokens
        self.f0 = speech.pitch()
        self.articulation = {utterance.id: _articulation(utterance) for utterance in utterances}
        self.by_speaker: dict[str, list[Utterance]] = {}
        for utterance in utterances:
            self.by_speaker.setdefault(utterance.speaker, []).append(utterance)
        self.median = {
            speaker: median_hz(torch.cat([self.f0[utterance.id] for utterance in spoken]))
            for speaker, spoken in self.by_speaker.items()
        }

    def epoch(self, seed: int) -> list[list[Utterance]]:
        """Groups of similar length, at most ``tokens`` padded speech tokens each, in random order."""
        rng = random.Random(seed)
        ordered = sorted(self.utterances, key=lambda utterance: utterance.samples * (1 + 0.1 * rng.random()))
        groups: list[list[Utterance]] = [[]]
        for utterance in ordered:
            longest = max([utterance.samples, *(other.samples for other in groups[-1])]) // TOKEN_SAMPLES
            if longest * (len(groups[-1]) + 1) > self.tokens:
                groups.append([])
            groups[-1].append(utterance)
        rng.shuffle(groups)
        return groups

    def batch(self, group: list[Utterance], seed: int, change_voices: bool = True, recorded: bool = True) -> Batch:
        """Most speakers are changed into new ones, in the speech and in its sample in the same way."""
        rng = random.Random(seed)
        change = sample_change(len(group), rng) if change_voices else unchanged(len(group))
        factors = zip(change.stretch.tolist(), change.bend.tolist(), strict=True)
        voices = [(utterance.speaker, *pair) for utterance, pair in zip(group, factors, strict=True)]
        sound = pad_sequence(
            [normalize_loudness(self.speech.waveform(utterance)) for utterance in group], batch_first=True
        )
        durations = pad_sequence([torch.tensor(acoustic_durations(utterance)) for utterance in group], batch_first=True)
        articulation = pad_sequence([self.articulation[utterance.id] for utterance in group], batch_first=True)
        faces = self.faces.sample(len(group), rng)
        articulation = articulation * faces.amplitude[:, None, None]
        columns = pad_sequence([pitch_columns(self.f0[utterance.id]) for utterance in group], batch_first=True)
        reference = self._reference(group, rng)
        return Batch(
            token_ids=pad_sequence([torch.tensor(encode(utterance.phonemes)) for utterance in group], batch_first=True),
            durations=durations,
            mel=change.log_mel(magnitudes(sound)).transpose(1, 2),
            f0=pad_sequence([self.f0[utterance.id] for utterance in group], batch_first=True) * change.stretch[:, None],
            pitch=_shifted(columns, change.stretch),
            speech_mask=_length_mask([utterance.samples // TOKEN_SAMPLES for utterance in group]),
            articulation=articulation,
            frame_mask=_length_mask([len(self.articulation[utterance.id]) for utterance in group]),
            reference=change.log_mel(magnitudes(degrade_recordings(reference, rng))),
            median_hz=torch.tensor([self.median[utterance.speaker] for utterance in group]) * change.stretch,
            voice=torch.tensor([voices.index(voice) for voice in voices]),
            natural=change.natural,
            recorded=change.log_mel(magnitudes(degrade_recordings(sound, rng))) if recorded else None,
            faces=faces,
        )

    def _reference(self, group: list[Utterance], rng: random.Random) -> Tensor:
        """A few seconds of another utterance by each speaker: [B, S]."""
        seconds = rng.uniform(2.0, 5.0)
        length = int(seconds * SAMPLE_RATE) // (2 * MEL_HOP) * (2 * MEL_HOP)
        clips = []
        for utterance in group:
            others = [other for other in self.by_speaker[utterance.speaker] if other is not utterance] or [utterance]
            wave = normalize_loudness(self.speech.waveform(rng.choice(others)))
            wave = wave.repeat(length // len(wave) + 1)
            first = rng.randrange(len(wave) - length + 1)
            clips.append(wave[first : first + length])
        return torch.stack(clips)


def _articulation(utterance: Utterance) -> Tensor:
    seconds = utterance.samples / SAMPLE_RATE
    curves = articulate(utterance.phonemes, utterance.durations, FPS, seconds)
    assert len(curves) == frame_count(utterance.samples, SAMPLE_RATE, FPS)
    return curves


def _shifted(pitch: Tensor, stretch: Tensor) -> Tensor:
    """Pitch columns [B, 2 T, 2] of voices whose frequencies are multiplied by ``stretch`` [B]."""
    return torch.stack([pitch[..., 0] + stretch.log2()[:, None], pitch[..., 1]], -1)


def _length_mask(lengths: list[int]) -> Tensor:
    return torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
