"""A model: a voice half and a face half with the entanglement block between them; either half may be absent.

A loader builds the halves; nothing else knows which checkpoint they come from. Every ``net`` of ``nets()`` is a plain
nn.Module, so that a host program can manage its memory. Images are [1, 3, H, W] 0..1; waveforms [B, C, S] at any rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from .bundles import (
    Entangled,
    MediaChunk,
    Narration,
    Portrait,
    Prompt,
    Speech,
    SpeechChunk,
    SpeechLatents,
    VoiceProfile,
)
from .entanglement.blocks import ENCODERS
from .entanglement.layouts import TokenLayout
from .errors import InputError
from .progress import ProgressCallback
from .segment_tap import SegmentTap
from .settings import FaceControls, SpeechSampling


class VoiceHalf(Protocol):
    """Text and a voice sample -> speech."""

    @property
    def layout(self) -> TokenLayout: ...

    @property
    def blocks(self) -> Mapping[str, nn.Module]:
        """The entanglement blocks by kind: 'ete', 'ste' and 'none'."""
        ...

    def nets(self) -> dict[str, nn.Module]:
        """Every network by name, the blocks left out."""
        ...

    def encode_voice(self, waveform: Tensor, sample_rate: int) -> VoiceProfile:
        """Raises InputError for a sample below a floor."""
        ...

    def encode_prompt(self, text: str, language: str = "en") -> Prompt:
        """Raises InputError for text that cannot be spoken, and for a language that the voice does not speak."""
        ...

    def entangle(
        self,
        voice: VoiceProfile,
        prompt: Prompt,
        visual_tokens: Tensor | None,
        block: nn.Module,
        *,
        fps: float = 25.0,
        speed: float = 1.0,
        seed: int = 0,
        attention: bool = False,
    ) -> Iterator[Entangled]:
        """One segment for each sentence, lazily; without visual tokens [1, K, 512] it is speech without a face."""
        ...

    def decode_speech(
        self,
        segments: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        progress: ProgressCallback = ...,
    ) -> SpeechLatents:
        """``sampling`` is read by voices that sample their speech."""
        ...

    def generate_speech(self, latents: SpeechLatents) -> Speech: ...

    def stream_speech(
        self,
        segments: Iterable[Entangled],
        sampling: SpeechSampling | None = None,
        progress: ProgressCallback = ...,
    ) -> Iterator[SpeechChunk]:
        """The samples of ``generate_speech``, bit for bit, in chunks while the segments are still being decoded."""
        ...


class FaceHalf(Protocol):
    """A portrait and speech -> video."""

    @property
    def layout(self) -> TokenLayout: ...

    @property
    def blocks(self) -> Mapping[str, nn.Module]:
        """The entanglement blocks by kind: 'ete', 'ste' and 'none'."""
        ...

    def nets(self) -> dict[str, nn.Module]:
        """Every network by name, the blocks left out."""
        ...

    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        """Raises InputError for a picture without a usable face."""
        ...

    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        """Audio-driven entanglement: segments of any finished speech; no text and no voice profile needed."""
        ...

    def narration(
        self, segments: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        """Frames for the whole speech: ceil(seconds * fps) of them."""
        ...


@runtime_checkable
class StreamingFaceHalf(FaceHalf, Protocol):
    """A face half that renders while the speech is still being made."""

    def stream(
        self,
        segments: SegmentTap,
        sounds: Iterable[SpeechChunk],
        portrait: Portrait,
        controls: FaceControls,
        fps: float,
        progress: ProgressCallback = ...,
    ) -> Iterator[MediaChunk]:
        """Frames with their sound; joined, they equal ``narration`` bit for bit."""
        ...


class Model:
    """See the module docstring. Where both halves share a layout, the face half's blocks serve both."""

    def __init__(self, voice: VoiceHalf | None = None, face: FaceHalf | None = None) -> None:
        self._voice, self._face = voice, face

    @property
    def voice(self) -> VoiceHalf:
        """Raises InputError where the model has no voice half."""
        if self._voice is None:
            raise InputError("this model has no voice: load a voice such as XTTS-v2, or animate a recording.")
        return self._voice

    @property
    def face(self) -> FaceHalf:
        """Raises InputError where the model has no face half."""
        if self._face is None:
            raise InputError("this model has no face: combine it with one such as the starter's or Hallo's.")
        return self._face

    def halves(self) -> tuple[VoiceHalf | None, FaceHalf | None]:
        """Both halves; None for one that is absent."""
        return self._voice, self._face

    @property
    def shares_latents(self) -> bool:
        """Whether both halves meet in one block; otherwise the face follows the finished speech."""
        return self._voice is not None and self._face is not None and self._voice.layout == self._face.layout

    def voice_block(self, kind: str) -> nn.Module:
        """The block that the voice half goes through: 'ete', 'ste' or 'none'. Raises InputError for another kind."""
        return block_of(self.face if self.shares_latents else self.voice, kind)

    def face_block(self, kind: str) -> nn.Module:
        """The block that the face half goes through; the voice's own where they meet."""
        return block_of(self.face, kind)

    def blocks(self, kind: str) -> dict[str, nn.Module]:
        """The blocks of one kind by the half that goes through them, each module once."""
        voice = {} if self._voice is None else {"voice": self.voice_block(kind)}
        face = {} if self._face is None or self.shares_latents else {"face": self.face_block(kind)}
        return voice | face

    def nets(self) -> dict[str, nn.Module]:
        """Every network by name, each once."""
        found: dict[str, nn.Module] = {}
        for half, prefix in ((self._voice, "voice_"), (self._face, "face_")):
            for name, net in ({} if half is None else half.nets()).items():
                found[name if found.get(name, net) is net else prefix + name] = net
        for kind in ENCODERS:
            blocks = self.blocks(kind)
            found |= {f"{half}_block_{kind}" if len(blocks) > 1 else f"block_{kind}": blocks[half] for half in blocks}
        return found


def block_of(half: VoiceHalf | FaceHalf, kind: str) -> nn.Module:
    """A half's entanglement block. Raises InputError for a kind that does not exist."""
    if kind not in half.blocks:
        raise InputError(f"encoder is {kind!r}: choose one of {', '.join(half.blocks)}.")
    return half.blocks[kind]
