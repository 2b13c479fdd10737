"""Batches for the joint training: whole utterances of like length, with everything that is to be predicted.

Shapes: L symbols, T speech tokens (40 Hz), 2 T mel frames (80 Hz), F video frames (25 Hz), R reference mel frames.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from ...core.audio.loudness import normalize
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
from .speech_set import SpeechSet, Utterance, heard_durations
from .voice_changer import drawn, spoil, unchanged

LONGEST = 425  # tokens of speech that the decoder has positions for, beside its voice; longer utterances are left out


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
    recorded: Tensor | None  # [B, 100, 2 T], the speech as a poor recording has it; only made for animation
    faces: FaceBatch


class JointData:
    """Utterances with their pitch and articulation, measured once."""

    def __init__(self, speech: SpeechSet, faces: Faces, utterances: list[Utterance], tokens: int = 1800) -> None:
        utterances = [one for one in utterances if one.samples <= LONGEST * TOKEN_SAMPLES]
        self.speech, self.faces, self.utterances, self.tokens = speech, faces, utterances, tokens
        self.f0 = speech.pitch()
        self.articulation = {one.id: _articulation(one) for one in utterances}
        self.by_speaker: dict[str, list[Utterance]] = {}
        for one in utterances:
            self.by_speaker.setdefault(one.speaker, []).append(one)
        self.median = {
            speaker: median_hz(torch.cat([self.f0[one.id] for one in said]))
            for speaker, said in self.by_speaker.items()
        }

    def epoch(self, seed: int) -> list[list[Utterance]]:
        """Groups of like length, at most ``tokens`` padded speech tokens each, in random order."""
        chance = random.Random(seed)
        ordered = sorted(self.utterances, key=lambda one: one.samples * (1 + 0.1 * chance.random()))
        groups: list[list[Utterance]] = [[]]
        for one in ordered:
            longest = max([one.samples, *(other.samples for other in groups[-1])]) // TOKEN_SAMPLES
            if longest * (len(groups[-1]) + 1) > self.tokens:
                groups.append([])
            groups[-1].append(one)
        chance.shuffle(groups)
        return groups

    def batch(self, group: list[Utterance], seed: int, change_voices: bool = True, recorded: bool = True) -> Batch:
        """Most of the speakers are changed into new ones, in the speech and in its sample alike."""
        chance = random.Random(seed)
        change = drawn(len(group), chance) if change_voices else unchanged(len(group))
        marks = zip(change.stretch.tolist(), change.bend.tolist(), strict=True)
        voices = [(one.speaker, *mark) for one, mark in zip(group, marks, strict=True)]
        sound = pad_sequence([normalize(self.speech.waveform(one)) for one in group], batch_first=True)
        durations = pad_sequence([torch.tensor(heard_durations(one)) for one in group], batch_first=True)
        articulation = pad_sequence([self.articulation[one.id] for one in group], batch_first=True)
        faces = self.faces.sample(len(group), chance)
        articulation = articulation * faces.amplitude[:, None, None]
        reference = self._reference(group, chance)
        return Batch(
            token_ids=pad_sequence([torch.tensor(encode(one.phonemes)) for one in group], batch_first=True),
            durations=durations,
            mel=change.log_mel(magnitudes(sound)).transpose(1, 2),
            f0=pad_sequence([self.f0[one.id] for one in group], batch_first=True) * change.stretch[:, None],
            pitch=_moved(
                pad_sequence([pitch_columns(self.f0[one.id]) for one in group], batch_first=True), change.stretch
            ),
            speech_mask=_length_mask([one.samples // TOKEN_SAMPLES for one in group]),
            articulation=articulation,
            frame_mask=_length_mask([len(self.articulation[one.id]) for one in group]),
            reference=change.log_mel(magnitudes(spoil(reference, chance))),
            median_hz=torch.tensor([self.median[one.speaker] for one in group]) * change.stretch,
            voice=torch.tensor([voices.index(voice) for voice in voices]),
            natural=change.natural,
            recorded=change.log_mel(magnitudes(spoil(sound, chance))) if recorded else None,
            faces=faces,
        )

    def _reference(self, group: list[Utterance], chance: random.Random) -> Tensor:
        """Some seconds of another utterance by each speaker: [B, S]."""
        seconds = chance.uniform(2.0, 5.0)
        length = int(seconds * SAMPLE_RATE) // (2 * MEL_HOP) * (2 * MEL_HOP)
        clips = []
        for one in group:
            others = [other for other in self.by_speaker[one.speaker] if other is not one] or [one]
            wave = normalize(self.speech.waveform(chance.choice(others)))
            wave = wave.repeat(length // len(wave) + 1)
            first = chance.randrange(len(wave) - length + 1)
            clips.append(wave[first : first + length])
        return torch.stack(clips)


def _articulation(one: Utterance) -> Tensor:
    seconds = one.samples / SAMPLE_RATE
    curves = articulate(one.phonemes, one.durations, FPS, seconds)
    assert len(curves) == frame_count(one.samples, SAMPLE_RATE, FPS)
    return curves


def _moved(pitch: Tensor, stretch: Tensor) -> Tensor:
    """Pitch columns [B, 2 T, 2] of voices whose frequencies are multiplied by ``stretch`` [B]."""
    return torch.stack([pitch[..., 0] + stretch.log2()[:, None], pitch[..., 1]], -1)


def _length_mask(lengths: list[int]) -> Tensor:
    return torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
