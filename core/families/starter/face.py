"""The starter's face half: entangled latents -> facial motion -> a dense warp of the portrait at full resolution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import torch
from torch import Tensor, nn

from ...bundles import (
    Entangled,
    FaceMotion,
    MediaChunk,
    Portrait,
    Speech,
    SpeechChunk,
)
from ...entanglement.layouts import TIME_ALIGNED
from ...errors import InputError
from ...face.landmarks.face_landmarker import FaceLandmarker
from ...face.motion_decoder import within_range
from ...face.portrait import FoundFace, analyze_portrait
from ...face.warp import render_chunks
from ...progress import (
    Progress,
    ProgressCallback,
    Stage,
    ignore,
)
from ...segment_tap import SegmentTap
from ...settings import FaceControls
from .bundles import StarterNarration, StarterSegment
from .motion import face_motion
from .nets import StarterNets
from .recording_segments import recording_segments
from .streaming import stream_chunks


class StarterFace:
    """See the module docstring; the methods are those of ``core.model.StreamingFaceHalf``."""

    layout = TIME_ALIGNED

    def __init__(self, nets: StarterNets, landmarker: FaceLandmarker) -> None:
        self.starter_nets, self.landmarker = nets.eval(), landmarker
        self.blocks: dict[str, nn.Module] = dict(nets.blocks.items())

    def nets(self) -> dict[str, nn.Module]:
        nets = self.starter_nets
        return {
            "voice_encoder": nets.voice_encoder,
            "speaker_token": nets.speaker_token,
            "speech_encoder": nets.speech_encoder,
            "visual_encoder": nets.visual_encoder,
            "prompt_guided": nets.prompt_guided,
            "motion_decoder": nets.motion_decoder,
            "face_landmarker": self.landmarker,
        }

    @torch.inference_mode()
    def encode_portrait(self, image: Tensor, landmarks: Tensor | None = None) -> Portrait:
        return analyze_portrait(image, self.landmarker, self._visual_tokens, landmarks)

    def _visual_tokens(self, face: FoundFace) -> Tensor:
        return self.starter_nets.encode_visual(*face.visual_inputs())

    def entangle_speech(
        self, speech: Speech, portrait: Portrait, block: nn.Module, *, fps: float = 25.0, attention: bool = False
    ) -> Iterator[StarterSegment]:
        return recording_segments(self.starter_nets, speech, portrait, block, fps, attention)

    @torch.inference_mode()
    def decode_motion(
        self, segments: Iterable[Entangled], speech: Speech, controls: FaceControls, fps: float
    ) -> FaceMotion:
        """Facial-motion latents for every frame of the speech: ceil(seconds * fps) of them."""
        articulation = [self.articulation(segment) for segment in segments]
        if not articulation:
            raise InputError("entangled holds no segment: give the guided transformer some text or speech.")
        return face_motion(torch.cat(articulation, 1), speech, controls, fps)

    def render(self, portrait: Portrait, motion: FaceMotion, progress: ProgressCallback = ignore) -> Iterator[Tensor]:
        """Chunks of frames uint8 [F, H, W, 3] at the portrait's resolution, with even sides."""
        done = 0
        for frames in render_chunks(portrait, motion):
            done += len(frames)
            progress(Progress(Stage.FRAMES, done, motion.frames))
            yield frames

    def narration(
        self, segments: Iterable[Entangled], portrait: Portrait, speech: Speech, controls: FaceControls, fps: float
    ) -> StarterNarration:
        motion = self.decode_motion(segments, speech, controls, fps)
        return StarterNarration(
            render=partial(self.render, portrait, motion),
            frame_count=motion.frames,
            fps=fps,
            speech=speech,
            motion=motion,
        )

    def stream(
        self,
        segments: SegmentTap,
        sounds: Iterable[SpeechChunk],
        portrait: Portrait,
        controls: FaceControls,
        fps: float,
        progress: ProgressCallback = ignore,
    ) -> Iterator[MediaChunk]:
        return stream_chunks(segments, sounds, self.articulation, portrait, controls, fps, progress)

    def articulation(self, segment: Entangled) -> Tensor:
        """Articulation [1, F, 8] of a segment on the CPU. Raises InputError for a segment of another face."""
        if not isinstance(segment, StarterSegment):
            raise InputError(
                "entangled was made by another model's voice: connect its finished audio and this model to a "
                "Speech-Guided Transformer, and that to the video decoder."
            )
        return within_range(self.starter_nets.motion_decoder(segment.video, segment.frames)).cpu()
