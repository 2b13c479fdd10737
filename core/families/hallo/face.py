"""The face half of the full family: Hallo's decoder behind the stages of ``core.model.NarratingModel``.

``HalloFace`` makes portraits and narrations; whoever has a voice half plugs it in and asks it for both. It also
animates a portrait with recorded speech, without any voice half (``core.families.hallo.face_only``).

Portrait: visual tokens [1, 3073, 512]. Narration: from the *first* window's video latents [1, 3073, 512] (appearance
must stay the same from sentence to sentence) and the speech, at any rate of frames; Hallo was trained at 25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from ...audio.resample import resample
from ...bundles import (
    Entangled,
    Narration,
    Portrait,
    PortraitStatistics,
    Speech,
)
from ...errors import InputError
from ...face.hallo.clips import ClipChain
from ...face.hallo.framing import FrameRegion, choose_region, paste_back
from ...face.hallo.memory_plan import MemoryPlan, choose_plan, memory_need
from ...face.hallo.nets import DecoderNets, DeviceResidency, Residency
from ...face.hallo.settings import REFERENCE_COMPATIBLE, HalloSettings
from ...face.hallo.speech_features import RATE, STRETCH, SpeechReader
from ...face.hallo.subject import (
    TOKENS,
    WIDTH,
    Subject,
    prepare_subject,
    visual_tokens,
)
from ...face.landmarks.face_landmarker import FaceLandmarker
from ...face.portrait import analyze_portrait
from ...model import FaceControls
from ...timing import FPS, frame_count

FreeMemory = Callable[[], int | None]  # bytes of the compute device, None where unknown


class HalloFace:
    """See the module docstring."""

    def __init__(
        self,
        nets: DecoderNets,
        landmarker: FaceLandmarker,
        residency: Residency | None = None,
        free_memory: FreeMemory = lambda: None,
    ) -> None:
        self._nets, self._landmarker = nets, landmarker
        self._residency = residency or DeviceResidency()
        self._free_memory = free_memory
        for net in self.nets().values():
            net.eval().requires_grad_(False)

    def nets(self) -> dict[str, nn.Module]:
        return self._nets.named() | {"face_landmarker": self._landmarker}

    @property
    def audio_conditioned(self) -> bool:
        """Whether the face moves with the speech: it needs a wav2vec2 model and an audio projection."""
        return self._nets.audio_conditioned

    @torch.inference_mode()
    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        """The largest face is used. Raises InputError where there is none, or a small or turned one."""
        found = analyze_portrait(image, self._landmarker, lambda *_: torch.zeros(0), landmarks)
        embedder = self._nets.embedder
        embedding = torch.zeros(1, WIDTH) if embedder is None else embedder(found.image, found.landmarks)
        tokens = visual_tokens(found.image, found.landmarks, embedding.to(found.image))
        return replace(found, visual_tokens=tokens)

    def no_portrait(self) -> Portrait:
        """A portrait of nobody, for speech without a face."""
        statistics, mask = PortraitStatistics(1, 1, 0, 0, 0, 0, 0, 0, 0, 0), torch.zeros(1, 1, 0, 0)
        nowhere, tokens = torch.zeros(1, 3, 0, 0), torch.zeros(1, TOKENS, WIDTH)
        return Portrait(
            nowhere, torch.zeros(478, 3), torch.zeros(52), torch.zeros(2, 3), 0, mask, mask, tokens, statistics
        )

    def narration(
        self, windows: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        parts = [replace(part, audio_attention=None, video_attention=None) for part in windows]
        if not parts:
            raise InputError("there is no window to render: entangle some text or speech first.")
        settings = controls.diffusion or HalloSettings()
        rendering = Rendering(
            self._nets,
            settings,
            self._plan(settings, choose_region(portrait.image, portrait.landmarks, settings)),
            self._residency,
            portrait,
            parts[0].video,
            speech,
            fps,
            controls.seed,
        )
        return Narration(
            windows=rendering.windows,
            frames=rendering.frames,
            fps=fps,
            speech=speech,
            phonemes=tuple(phoneme for part in parts for phoneme in part.phonemes),
            words=tuple(word for part in parts for word in part.words),
            notes=tuple(self._notes(fps)),
            listen=rendering.listen,
        )

    def _plan(self, settings: HalloSettings, region: FrameRegion) -> MemoryPlan:
        need = memory_need(self._nets, region.size, settings.frames)
        return choose_plan(settings.memory, need, self._free_memory())

    def _notes(self, fps: float) -> Iterator[str]:
        if not self.audio_conditioned:
            yield "the face does not hear the speech: wav2vec2 or the audio projection is missing."
        if self._nets.embedder is None:
            yield "no ArcFace checkpoint: the face embedding is zero, so likeness comes from the picture alone."
        if fps != FPS:
            yield f"Hallo was trained at {FPS:g} frames a second, not at {fps:g}: motion may look hurried or slow."


@dataclass
class Rendering:
    """One narration that can be rendered again and again, window by window."""

    nets: DecoderNets
    settings: HalloSettings
    plan: MemoryPlan
    residency: Residency
    portrait: Portrait
    video: Tensor
    speech: Speech
    fps: float
    seed: int
    listener: Callable[[float], None] = lambda fraction: None

    @property
    def frames(self) -> int:
        return frame_count(self.speech.waveform.shape[-1], self.speech.sample_rate, self.fps)

    def listen(self, listener: Callable[[float], None]) -> None:
        self.listener = listener

    def windows(self) -> Iterator[Tensor]:
        region = choose_region(self.portrait.image, self.portrait.landmarks, self.settings)
        chain = ClipChain(self.nets, self.settings, self.plan, self.residency, self._on_step)
        for frames in chain.windows(self._subject(region), self._reader(), self.frames, self.seed):
            yield paste_back(frames, self.portrait.image, region) if self.settings.paste_back else frames

    def _subject(self, region: FrameRegion) -> Subject:
        levels = len(self.nets.hallo.denoising_unet.config.channels)
        return prepare_subject(self.portrait, self.video, region, levels)

    @torch.inference_mode()
    def _reader(self) -> SpeechReader | None:
        if not self.nets.audio_conditioned or self.nets.speech_features is None:
            return None
        waveform = resample(self.speech.waveform[0].mean(0), self.speech.sample_rate, RATE)
        whole_clips = self._clips * self.settings.frames
        stretch = whole_clips if self.settings.compatibility == REFERENCE_COMPATIBLE else STRETCH
        return SpeechReader(self.nets.speech_features, waveform, whole_clips, self.fps, stretch)

    def _on_step(self, done: int) -> None:
        self.listener(done / (self._clips * self.settings.sampling.steps))

    @property
    def _clips(self) -> int:
        return -(-self.frames // self.settings.frames)
