"""Voice file + text -> synthesised speech with its known times, cached so that every measure sees the same sound."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...core.bundles import TimedSymbol, VoiceProfile
from ...core.media import read_audio
from ...core.model import Model
from ...core.pipeline import speak
from ..metrics.transcribe import Whisper


@dataclass(frozen=True)
class SynthesizedSpeech:
    """Sound [S] at ``sample_rate``, the times of its phonemes and words, and the seconds of work it took."""

    text: str
    sound: np.ndarray
    sample_rate: int
    phonemes: tuple[TimedSymbol, ...]
    words: tuple[TimedSymbol, ...]
    work_seconds: float

    @property
    def seconds(self) -> float:
        return len(self.sound) / self.sample_rate


class CachedSynthesizer:
    """Synthesises and transcribes each text in each voice once."""

    def __init__(self, model: Model, whisper: Whisper) -> None:
        self.model, self.whisper = model, whisper
        self._profiles: dict[Path, VoiceProfile] = {}
        self._speech: dict[tuple, SynthesizedSpeech] = {}
        self._transcripts: dict[tuple, str] = {}

    def profile(self, voice: Path) -> VoiceProfile:
        """The voice profile of a sound file."""
        if voice not in self._profiles:
            self._profiles[voice] = self.model.voice.encode_voice(*read_audio(voice))
        return self._profiles[voice]

    def synthesize(self, voice: Path, text: str, block: str = "ete", speed: float = 1.0) -> SynthesizedSpeech:
        """A text in the voice of a sound file."""
        key = voice, text, block, speed
        if key not in self._speech:
            self._speech[key] = synthesize(self.model, self.profile(voice), text, block, speed)
        return self._speech[key]

    def transcribe(self, voice: Path, text: str, block: str = "ete", speed: float = 1.0) -> str:
        """What Whisper recognises in the synthesised text."""
        key = voice, text, block, speed
        if key not in self._transcripts:
            speech = self.synthesize(*key)
            self._transcripts[key] = self.whisper.transcribe(speech.sound, speech.sample_rate)
        return self._transcripts[key]


def synthesize(
    model: Model, profile: VoiceProfile, text: str, block: str = "ete", speed: float = 1.0
) -> SynthesizedSpeech:
    """One text in one voice."""
    started = time.perf_counter()
    latents, speech = speak(model, profile, text, encoder=block, speed=speed)
    work_seconds = time.perf_counter() - started
    sound = speech.waveform[0, 0].numpy()
    return SynthesizedSpeech(text, sound, speech.sample_rate, latents.phonemes, latents.words, work_seconds)


def read_mono(path: Path) -> tuple[np.ndarray, int]:
    """A sound file as mono samples [S] with its rate."""
    waveform, rate = read_audio(path)
    return waveform.mean(dim=(0, 1)).numpy(), rate
