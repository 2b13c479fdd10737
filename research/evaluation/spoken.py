"""What the model says, kept so that every judge hears the same: voice file + text -> sound with its known times."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.bundles import TimedSymbol, VoiceProfile
from ...core.media import read_audio
from ...core.model import NarratingModel
from ...core.pipeline import speak
from .transcribe import Whisper


@dataclass(frozen=True)
class Spoken:
    """Sound [S] at ``sample_rate``, with the times of its phonemes and words; ``worked`` seconds were spent on it."""

    text: str
    sound: np.ndarray
    sample_rate: int
    phonemes: tuple[TimedSymbol, ...]
    words: tuple[TimedSymbol, ...]
    worked: float

    @property
    def seconds(self) -> float:
        return len(self.sound) / self.sample_rate


class Speaker:
    """Says everything once; ``hear`` also listens once only."""

    def __init__(self, model: NarratingModel, whisper: Whisper) -> None:
        self.model, self.whisper = model, whisper
        self._profiles: dict[Path, VoiceProfile] = {}
        self._said: dict[tuple, Spoken] = {}
        self._heard: dict[tuple, str] = {}

    def profile(self, voice: Path) -> VoiceProfile:
        if voice not in self._profiles:
            self._profiles[voice] = self.model.encode_voice(*read_audio(voice))
        return self._profiles[voice]

    def say(self, voice: Path, text: str, encoder: str = "ete", speed: float = 1.0) -> Spoken:
        key = voice, text, encoder, speed
        if key not in self._said:
            self._said[key] = say(self.model, self.profile(voice), text, encoder, speed)
        return self._said[key]

    def hear(self, voice: Path, text: str, encoder: str = "ete", speed: float = 1.0) -> str:
        """What Whisper understands."""
        key = voice, text, encoder, speed
        if key not in self._heard:
            spoken = self.say(*key)
            self._heard[key] = self.whisper.transcribe(spoken.sound, spoken.sample_rate)
        return self._heard[key]


def say(model: NarratingModel, profile: VoiceProfile, text: str, encoder: str = "ete", speed: float = 1.0) -> Spoken:
    """One text in one voice."""
    started = time.perf_counter()
    latents, speech = speak(model, profile, text, encoder=encoder, speed=speed)
    worked = time.perf_counter() - started
    sound = speech.waveform[0, 0].numpy()
    return Spoken(text, sound, speech.sample_rate, latents.phonemes, latents.words, worked)


def sound_of(path: Path) -> tuple[np.ndarray, int]:
    """A sound file as mono samples [S] with its rate."""
    waveform, rate = read_audio(path)
    return waveform.mean(dim=(0, 1)).numpy(), rate
