"""One narration by Hallo, rendered on demand: region of the portrait, speech and settings -> chunks of frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ...audio.resample import resample
from ...bundles import Portrait, Speech
from ...face.hallo.clips import ClipChain
from ...face.hallo.framing import FrameRegion, paste_back
from ...face.hallo.memory_plan import MemoryPlan
from ...face.hallo.networks import DecoderNets
from ...face.hallo.residency import Residency
from ...face.hallo.source_image import prepare_source_image
from ...face.hallo.speech_features import CHUNK_FRAMES, WAV2VEC2_RATE, SpeechReader
from ...progress import ProgressCallback
from ...settings import REFERENCE_COMPATIBLE, HalloSettings
from ...timing import frame_count


@dataclass(frozen=True)
class Rendering:
    """``video`` [1, 3073, 512] is what the entanglement made of the portrait's visual tokens."""

    nets: DecoderNets
    settings: HalloSettings
    region: FrameRegion
    plan: MemoryPlan
    residency: Residency
    portrait: Portrait
    video: Tensor
    speech: Speech
    fps: float
    seed: int

    @property
    def frames(self) -> int:
        """ceil(seconds * fps)."""
        return frame_count(self.speech.waveform.shape[-1], self.speech.sample_rate, self.fps)

    def chunks(self, progress: ProgressCallback) -> Iterator[Tensor]:
        """Frames uint8 [F, H, W, 3], one chunk for each clip."""
        levels = len(self.nets.hallo.denoising_unet.config.channels)
        source = prepare_source_image(self.portrait, self.video, self.region, levels)
        chain = ClipChain(self.nets, self.settings, self.plan, self.residency)
        for frames in chain.chunks(source, self._speech_reader(), self.frames, self.seed, progress):
            yield paste_back(frames, self.portrait.image, self.region) if self.settings.paste_back else frames

    @torch.inference_mode()
    def _speech_reader(self) -> SpeechReader | None:
        if not self.nets.audio_conditioned or self.nets.speech_features is None:
            return None
        waveform = resample(self.speech.waveform[0].mean(0), self.speech.sample_rate, WAV2VEC2_RATE)
        whole_clips = -(-self.frames // self.settings.frames) * self.settings.frames
        chunk_frames = whole_clips if self.settings.compatibility == REFERENCE_COMPATIBLE else CHUNK_FRAMES
        return SpeechReader(self.nets.speech_features, waveform, whole_clips, self.fps, chunk_frames)
