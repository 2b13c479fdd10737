"""The typed data that flows between stages. Tensors are float32; B is the batch (1 in the pipeline).

What only one half makes is a subclass in that half's folder (``core.families``): a planned sentence of the starter, a
sentence of XTTS-v2's token ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from torch import Tensor

from .motion_channels import CHANNEL_INDEX
from .progress import ProgressCallback, ignore
from .runtime.files import save_tensors


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
    """Who speaks: conditioning latents [B, N, C] and speaker embedding [B, S], with the sample's statistics."""

    conditioning: Tensor
    speaker: Tensor
    statistics: SampleStatistics

    def save(self, path: str | Path) -> None:
        """Write one safetensors file; an existing file is replaced only by a complete one."""
        metadata = {name: repr(value) for name, value in asdict(self.statistics).items()}
        save_tensors(path, self.tensors(), metadata | {"format": "narrating-face voice profile"})

    def tensors(self) -> dict[str, Tensor]:
        """What is saved, by the names in the file (``core.voice.profiles`` reads them)."""
        return {"conditioning": self.conditioning, "speaker": self.speaker}


@dataclass(frozen=True)
class Sentence:
    """One stretch of speech made in one pass, at most about 12 s: token ids [B, L], text tokens [B, L, 512]."""

    text: str
    token_ids: Tensor
    text_tokens: Tensor


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
    ``crop_size`` its side; ``visual_tokens`` [1, K, 512].
    """

    image: Tensor
    landmarks: Tensor
    blendshapes: Tensor
    to_crop: Tensor
    crop_size: int
    visual_tokens: Tensor
    statistics: PortraitStatistics


@dataclass(frozen=True)
class TimedSymbol:
    """A phoneme or word with its start and end in seconds from the beginning of the speech."""

    symbol: str
    start: float
    end: float


@dataclass(frozen=True)
class AttentionMaps:
    """Cross-attention weights of both paths [B, heads, Nq, Nc]: rows are queries, columns the context."""

    audio: Tensor
    video: Tensor


@dataclass(frozen=True, kw_only=True)
class Entangled:
    """One segment of the shared latent space: a sentence of a narration, or some seconds of recorded speech.

    ``audio`` [B, Na, 512] and ``video`` [B, Nv, 512] are the latents of both paths; ``start`` is the segment's first
    moment in seconds; ``attention`` is there only where it was asked for.
    """

    audio: Tensor
    video: Tensor
    fps: float
    start: float = 0.0
    attention: AttentionMaps | None = None


@dataclass(frozen=True, kw_only=True)
class SpeechLatents:
    """Speech before it is sound: values [B, T, C] at ``rate`` frames a second, with every known time.

    ``notes`` are what a listener should know.
    """

    values: Tensor
    rate: float
    phonemes: tuple[TimedSymbol, ...] = ()
    words: tuple[TimedSymbol, ...] = ()
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
class SpeechChunk(Speech):
    """The next part of a speech that is still being made, with the notes that are known by then."""

    notes: tuple[str, ...] = ()


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
class MediaChunk:
    """Some frames of a narration with their sound: frames uint8 [F, H, W, 3] at ``fps``, sound [1, 1, S] at
    ``sample_rate``. The last chunk's sound may end within its last frame; ``notes`` are those known by then."""

    frames: Tensor
    sound: Tensor
    sample_rate: int
    fps: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Narration:
    """A finished narration: speech, and frames that are rendered chunk by chunk on demand.

    ``frame_count`` is their total; ``render(report)`` yields them as uint8 tensors [F, H, W, 3].
    """

    render: Callable[[ProgressCallback], Iterator[Tensor]]
    frame_count: int
    fps: float
    speech: Speech
    phonemes: tuple[TimedSymbol, ...] = ()
    words: tuple[TimedSymbol, ...] = ()
    notes: tuple[str, ...] = ()

    def chunks(self, progress: ProgressCallback = ignore) -> Iterator[Tensor]:
        """Frames uint8 [F, H, W, 3] in constant memory; every call renders them anew."""
        return self.render(progress)
