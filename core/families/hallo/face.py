"""Hallo as a face half: portrait and speech -> video by a denoising UNet that is conditioned on both.

Portrait: visual tokens [1, 3073, 512]. Narration: from the *first* segment's video latents [1, 3073, 512] (appearance
must stay the same from sentence to sentence) and the speech, at any frame rate; Hallo was trained at 25.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import torch
from torch import Tensor, nn

from ...bundles import (
    Entangled,
    Narration,
    Portrait,
    Speech,
)
from ...entanglement.blocks import fresh_blocks
from ...entanglement.layouts import AUTHORS
from ...entanglement.prompt_guided_authors import entangle, no_text_token, no_voice_tokens
from ...errors import InputError
from ...face.hallo.framing import FrameRegion, choose_region
from ...face.hallo.memory_plan import MemoryPlan, choose_plan, memory_need
from ...face.hallo.networks import DecoderNets
from ...face.hallo.residency import DeviceResidency, Residency
from ...face.hallo.source_image import WIDTH, visual_tokens
from ...face.landmarks.face_landmarker import FaceLandmarker
from ...face.portrait import FoundFace, analyze_portrait
from ...settings import FaceControls, HalloSettings
from ...timing import FPS
from .controls import HalloControls
from .rendering import Rendering

FreeMemory = Callable[[], int | None]  # bytes of the compute device, None where unknown


class HalloFace:
    """See the module docstring; the methods are those of ``core.model.FaceHalf``."""

    layout = AUTHORS

    def __init__(
        self,
        nets: DecoderNets,
        landmarker: FaceLandmarker,
        residency: Residency | None = None,
        free_memory: FreeMemory = lambda: None,
        blocks: Mapping[str, nn.Module] | None = None,
    ) -> None:
        """``blocks`` replace fresh entanglement blocks, which are the identity."""
        self.decoder_nets, self.landmarker = nets, landmarker
        self.blocks = fresh_blocks() | dict(blocks or {})
        self._residency = residency or DeviceResidency()
        self._free_memory = free_memory
        for net in self.nets().values():
            net.eval().requires_grad_(False)

    def nets(self) -> dict[str, nn.Module]:
        return self.decoder_nets.named() | {"face_landmarker": self.landmarker}

    @torch.inference_mode()
    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        """The largest face is used. Raises InputError where there is none, or a small or turned one."""
        return analyze_portrait(image, self.landmarker, self._visual_tokens, landmarks)

    def _visual_tokens(self, face: FoundFace) -> Tensor:
        embedder = self.decoder_nets.embedder
        embedding = torch.zeros(1, WIDTH) if embedder is None else embedder(face.image, face.landmarks)
        return visual_tokens(face.image, face.landmarks, embedding.to(face.image))

    @torch.inference_mode()
    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[Entangled]:
        """One segment for the whole recording: the appearance does not change while it lasts. There is neither text
        nor voice profile, so the tokens that stand for them are zero."""
        visual = portrait.visual_tokens
        AUTHORS.check(visual)
        voice, text = no_voice_tokens().to(visual), no_text_token().to(visual)
        paths = entangle(block, voice, text, visual, attention=attention)
        yield Entangled(audio=paths.audio, video=paths.video, fps=fps, attention=paths.attention)

    def narration(
        self, segments: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> Narration:
        first = next(iter(segments), None)
        if first is None:
            raise InputError("entangled holds no segment: give the guided transformer some text or speech.")
        AUTHORS.check(portrait.visual_tokens)
        AUTHORS.check(first.video)
        settings = controls.rendering if isinstance(controls, HalloControls) else HalloSettings()
        region = choose_region(portrait.image, portrait.landmarks, settings)
        rendering = Rendering(
            self.decoder_nets,
            settings,
            region,
            self._plan(settings, region),
            self._residency,
            portrait,
            first.video,
            speech,
            fps,
            controls.seed,
        )
        return Narration(
            render=rendering.chunks,
            frame_count=rendering.frames,
            fps=fps,
            speech=speech,
            notes=tuple(self._notes(fps)),
        )

    def _plan(self, settings: HalloSettings, region: FrameRegion) -> MemoryPlan:
        need = memory_need(self.decoder_nets, region.size, settings.frames)
        return choose_plan(settings.memory, need, self._free_memory())

    def _notes(self, fps: float) -> Iterator[str]:
        if not self.decoder_nets.audio_conditioned:
            yield "the face does not follow the speech: wav2vec2 or the audio projection is missing."
        if self.decoder_nets.embedder is None:
            yield "no ArcFace checkpoint: the face embedding is zero, so likeness comes only from the picture."
        if fps != FPS:
            yield f"Hallo was trained at {FPS:g} frames a second, not at {fps:g}: motion may look hurried or slow."
