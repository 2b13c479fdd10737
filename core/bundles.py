"""The typed data that flows between stages. Tensors are float32; B is the batch (1 in the pipeline)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import safe_open
from torch import Tensor

from .errors import InputError
from .motion_channels import CHANNEL_INDEX
from .runtime.files import save_tensors
from .voice.sound_classes import COSINES
from .voice.timbre import ROWS


@dataclass(frozen=True)
class SampleStatistics:
    """What was measured in a voice sample.

    ``seconds`` of speech after trimming, ``loudness_dbfs`` (RMS of the speech), ``snr_db``,
    ``clipped`` (fraction of samples at full scale), ``median_f0_hz`` (0 when nothing is voiced),
    ``f0_spread`` (interquartile range in semitones).
    """

    seconds: float
    loudness_dbfs: float
    snr_db: float
    clipped: float
    median_f0_hz: float
    f0_spread: float


@dataclass(frozen=True)
class VoiceProfile:
    """Who speaks: conditioning latents [B, N, C] and speaker embedding [B, S], with the sample's facts.

    ``timbre`` [B, 11, 20], in the starter family alone, is what its speech is given to sound like the sample
    (core.voice.timbre).
    """

    conditioning: Tensor
    speaker: Tensor
    statistics: SampleStatistics
    timbre: Tensor | None = None

    def save(self, path: str | Path) -> None:
        """Write one safetensors file; an existing file is replaced only by a complete one."""
        tensors = {"conditioning": self.conditioning, "speaker": self.speaker}
        if self.timbre is not None:
            tensors["colour"] = self.timbre
        metadata = {name: repr(value) for name, value in asdict(self.statistics).items()}
        save_tensors(path, tensors, metadata | {"format": "narrating-face voice profile"})

    @classmethod
    def load(cls, path: str | Path) -> VoiceProfile:
        """Read a profile written by ``save``. Raises InputError when the file is not one."""
        try:
            with safe_open(str(path), framework="pt") as file:
                metadata = file.metadata() or {}
                statistics = SampleStatistics(
                    **{name: float(metadata[name]) for name in SampleStatistics.__annotations__}
                )
                timbre = file.get_tensor("colour") if "colour" in file.keys() else None  # noqa: SIM118
                if timbre is not None and timbre.shape[1:] != (ROWS, COSINES):
                    raise ValueError("it was made by an earlier version, make it again from the sample")
                return cls(file.get_tensor("conditioning"), file.get_tensor("speaker"), statistics, timbre)
        except Exception as error:
            raise InputError(
                f"voice profile {str(path)!r} could not be read ({error}): "
                "pass a .safetensors file written by VoiceProfile.save."
            ) from error


@dataclass(frozen=True)
class Word:
    """A written word and the tokens [first, last) of its sentence that speak it."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Sentence:
    """One stretch of speech made in one pass: at most about 12 s long.

    ``token_ids`` [B, L] and ``text_tokens`` [B, L, 512] include the START and END symbols in the starter family; in the
    full family ids come without them, one text token holds them all, and ``pause`` seconds of silence follow.
    """

    text: str
    phonemes: str
    words: tuple[Word, ...]
    token_ids: Tensor
    text_tokens: Tensor
    pause: float = 0.0


@dataclass(frozen=True)
class Prompt:
    """What to say: the text as given, and its sentences in order."""

    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class PortraitStatistics:
    """What was measured in a portrait.

    Eye openness 0 (shut) .. 1 (wide); gaze -1..1 (x right, y down); angles in radians;
    ``face_size`` is the inter-ocular distance in pixels; ``mouth_gap`` in inter-ocular distances;
    ``faces`` is how many were found (the largest is used).
    """

    eye_left: float
    eye_right: float
    gaze_x: float
    gaze_y: float
    yaw: float
    pitch: float
    roll: float
    face_size: float
    mouth_gap: float
    faces: int


@dataclass(frozen=True)
class Portrait:
    """Who is seen.

    ``image`` [1, 3, H, W] 0..1; ``landmarks`` [478, 3] pixels (x, y, and z at the same scale, negative towards
    the camera); ``blendshapes`` [52]; ``to_crop`` [2, 3] maps image pixels to the upright face crop's pixels;
    ``crop_size`` its side; ``face_mask`` and ``lip_mask`` [1, 1, H, W] 0..1, soft-edged;
    ``visual_tokens`` [1, K, 512].
    """

    image: Tensor
    landmarks: Tensor
    blendshapes: Tensor
    to_crop: Tensor
    crop_size: int
    face_mask: Tensor
    lip_mask: Tensor
    visual_tokens: Tensor
    statistics: PortraitStatistics


@dataclass(frozen=True)
class TimedSymbol:
    """A phoneme or word with its start and end in seconds from the beginning of the speech."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True)
class Entangled:
    """One window of the shared latent space: a sentence of a narration, or some seconds of recorded speech.

    ``audio`` [B, Na, 512] is the voice-profile tokens followed by ``speech_tokens`` time-aligned tokens at
    40 Hz; ``video`` [B, Nv, 512] is the visual tokens followed by ``motion_tokens`` frames at ``fps``.
    ``start`` is the window's first moment in seconds. ``timbre`` [B, 11, 20] is the voice profile's.
    Attention maps [B, heads, Nq, Nc] only on request.
    In the full family speech has no length before it is decoded, so a window carries what its decoding needs: the
    sentence's ``token_ids`` [B, L], ``speed``, ``seed``, and the ``pause`` after it in seconds.
    """

    audio: Tensor
    video: Tensor
    speech_tokens: int
    motion_tokens: int
    fps: float
    start: float = 0.0
    phonemes: tuple[TimedSymbol, ...] = ()
    words: tuple[TimedSymbol, ...] = ()
    audio_attention: Tensor | None = None
    video_attention: Tensor | None = None
    token_ids: Tensor | None = None
    speed: float = 1.0
    seed: int = 0
    pause: float = 0.0
    timbre: Tensor | None = None


@dataclass(frozen=True)
class SpokenSegment:
    """Speech latents that become sound by themselves: how many, in whose voice (speaker embedding [B, S]), the pause
    after them in seconds, and whether they were cut off before the sentence had ended."""

    frames: int
    speaker: Tensor
    pause: float
    cut_off: bool


@dataclass(frozen=True)
class SpeechLatents:
    """Speech before it is sound: values [B, T, C] at ``rate`` frames a second, with every known time.

    In the full family every sentence is a segment of its own. ``notes`` say what a listener should know.
    """

    values: Tensor
    rate: float
    phonemes: tuple[TimedSymbol, ...] = ()
    words: tuple[TimedSymbol, ...] = ()
    segments: tuple[SpokenSegment, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Speech:
    """Sound: waveform [B, 1, S] in -1..1."""

    waveform: Tensor
    sample_rate: int

    @property
    def seconds(self) -> float:
        return self.waveform.shape[-1] / self.sample_rate


@dataclass(frozen=True)
class FaceMotion:
    """Facial-animation latents [B, F, M] at ``fps``; channels are named in core.motion_channels."""

    values: Tensor
    fps: float

    def __getitem__(self, channel: str) -> Tensor:
        """One channel by name: [B, F]."""
        return self.values[..., CHANNEL_INDEX[channel]]

    @property
    def frames(self) -> int:
        return self.values.shape[1]


@dataclass(frozen=True)
class NarrationPiece:
    """Some frames of a narration with their sound: frames uint8 [F, H, W, 3] at ``fps``, sound [1, 1, S] at
    ``sample_rate``, and motion where the family has it. The last piece's sound may end within its last frame."""

    frames: Tensor
    sound: Tensor
    sample_rate: int
    fps: float
    motion: FaceMotion | None = None


@dataclass(frozen=True)
class Narration:
    """A finished narration: speech, and frames that are rendered window by window when asked for.

    ``windows()`` yields uint8 tensors [F, H, W, 3]; calling it again renders again. ``frames`` is their total.
    ``motion`` is there where the family has facial-motion latents. ``listen(callback)`` asks to be told the fraction
    done, for families that work long on each window.
    """

    windows: Callable[[], Iterator[Tensor]]
    frames: int
    fps: float
    speech: Speech
    motion: FaceMotion | None = None
    phonemes: tuple[TimedSymbol, ...] = ()
    words: tuple[TimedSymbol, ...] = ()
    notes: tuple[str, ...] = field(default=())
    listen: Callable[[Callable[[float], None]], None] | None = None

    def known_motion(self) -> FaceMotion:
        """The facial-motion latents. Raises InputError where the family has none."""
        if self.motion is None:
            raise InputError("this narration has no facial-motion latents: make it with the starter family.")
        return self.motion

    def images(self) -> Tensor:
        """All frames as floats [F, H, W, 3] 0..1: for short clips only, memory grows with length."""
        return torch.cat(list(self.windows())).float() / 255
