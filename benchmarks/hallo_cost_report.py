"""The cost report of one clip of Hallo at full size: floating-point operations and bytes, counted, not computed.

Everything is counted on the meta device with the published sizes. Beside it stands the reference: 51.2 TFLOP a step,
40 steps and 4.8 TFLOP of ReferenceNet for each clip of 16 frames, counted the same way on the reference's own code.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ..core.face.hallo.audio_module import RegionMasks
from ..core.face.hallo.conditioning import Conditioning
from ..core.face.hallo.config import HalloConfig, VAEConfig
from ..core.face.hallo.memory_plan import (
    FAST,
    MemoryNeed,
    MemoryPlan,
    memory_need,
)
from ..core.face.hallo.networks import DecoderNets, HalloNets
from ..core.face.hallo.vae import VAE
from ..core.settings import DenoisingSettings, HalloSettings
from ..core.timing import FPS
from .hallo_flop_counter import Work, count_work

REFERENCE_STEP, REFERENCE_STEPS, REFERENCE_NET = 51.2e12, 40, 4.8e12


@dataclass(frozen=True)
class CostReport:
    """Work of each part of a clip of ``frames`` frames; ``*_step`` parts are for one denoising step, ``cached`` ones
    reuse the deeper levels; ``conditioning`` are the keys and values that stay the same over all steps."""

    frames: int
    conditional_step: Work
    unconditional_step: Work
    cached_conditional_step: Work
    cached_unconditional_step: Work
    portrait_bank: Work
    motion_frame_banks: Work
    conditioning: Work
    vae_encode: Work
    vae_decode: Work  # one frame
    need: MemoryNeed

    @property
    def guided_step_flops(self) -> int:
        return self.conditional_step.flops + self.unconditional_step.flops

    def step_flops(self, denoising: DenoisingSettings, index: int) -> int:
        """Operations of step ``index``."""
        full, guided = denoising.is_full(index), denoising.is_guided(index)
        flops = (self.conditional_step if full else self.cached_conditional_step).flops
        if guided:
            flops += (self.unconditional_step if full else self.cached_unconditional_step).flops
        return flops

    def denoising_flops(self, denoising: DenoisingSettings) -> int:
        """Operations of all steps of a clip."""
        return sum(self.step_flops(denoising, index) for index in range(denoising.steps))

    def clip_flops(self, denoising: DenoisingSettings) -> int:
        """Everything that repeats with each clip, decoding included."""
        once = self.motion_frame_banks.flops + self.conditioning.flops
        return self.denoising_flops(denoising) + once + self.frames * self.vae_decode.flops

    def reference_clip_flops(self) -> float:
        """The same for the reference, which encodes three pictures and computes everything anew for each clip."""
        fixed = REFERENCE_NET + 3 * self.vae_encode.flops + self.frames * self.vae_decode.flops
        return REFERENCE_STEPS * REFERENCE_STEP + fixed

    def per_second(self, flops: float) -> float:
        """Operations of a clip -> operations for one second of video."""
        return flops / self.frames * FPS


def cost_report(settings: HalloSettings, plan: MemoryPlan = FAST, config: HalloConfig | None = None) -> CostReport:
    """Counts one clip of square frames."""
    with torch.device("meta"):
        return _ClipCounter.build(settings, plan, config).report()


def step_peak_bytes(settings: HalloSettings, plan: MemoryPlan, config: HalloConfig | None = None) -> int:
    """Peak bytes of live results in the conditional branch of one step."""
    with torch.device("meta"):
        counter = _ClipCounter.build(settings, plan, config)
        return counter.step(counter.conditioning(True), full=True).peak_bytes


class _ClipCounter:
    """Inputs of the right shapes, and one count for each part."""

    def __init__(self, hallo: HalloNets, vae: VAE, settings: HalloSettings) -> None:
        self.hallo, self.vae, self.settings = hallo, vae, settings
        self.net, self.reference_net = hallo.denoising_unet, hallo.reference_net
        self.side = settings.size // 8

    @classmethod
    def build(cls, settings: HalloSettings, plan: MemoryPlan, config: HalloConfig | None) -> _ClipCounter:
        hallo = HalloNets.build(config or HalloConfig()).to("meta", torch.float16)
        hallo.denoising_unet.frames_at_once = plan.frames_at_once
        return cls(hallo, VAE(VAEConfig()), settings)

    def report(self) -> CostReport:
        conditional, unconditional = self.conditioning(True), self.conditioning(False)
        picture = torch.empty(1, 3, self.settings.size, self.settings.size)
        need = memory_need(
            DecoderNets(self.hallo, self.vae), (self.settings.size, self.settings.size), self.settings.frames
        )
        return CostReport(
            self.settings.frames,
            self.step(conditional, full=True),
            self.step(unconditional, full=True),
            self.step(conditional, full=False),
            self.step(unconditional, full=False),
            self.bank(1),
            self.bank(2 * self.settings.motion_frames),
            count_work(lambda: (self.conditioning(True), self.conditioning(False)), [self.net, self.reference_net]),
            count_work(lambda: self.vae.encode(picture), [self.vae]),
            count_work(lambda: self.vae.decode(self.latents(1)), [self.vae]),
            need,
        )

    def latents(self, count: int) -> Tensor:
        return torch.empty(count, 4, self.side, self.side)

    def half(self, *shape: int) -> Tensor:
        return torch.empty(*shape, dtype=torch.float16)

    def bank(self, rows: int) -> Work:
        context = self.half(rows, 4, self.net.config.context)
        return count_work(lambda: self.reference_net(self.latents(rows), context), [self.reference_net])

    def step(self, conditioning: Conditioning, full: bool) -> Work:
        latents = self.latents(self.settings.frames)
        deep = None if full else self.net(latents, 0, conditioning)[1]
        return count_work(lambda: self.net(latents, 0, conditioning, deep), [self.net])

    def conditioning(self, conditional: bool) -> Conditioning:
        """The conditioning of one guidance branch."""
        frames, width = self.settings.frames, self.net.config.channels[0]
        context = self.half(1, 4, self.net.config.context)
        places = {place: self.map_size(stage.level) for place, stage, _ in self.net.transformers()}
        widths = {place: stage.channels for place, stage, _ in self.net.transformers()}
        portrait = {place: self.half(1, size, widths[place]) for place, size in places.items()}
        motion_frames = {
            place: self.half(self.settings.motion_frames, size, widths[place]) for place, size in places.items()
        }
        levels = range(len(self.net.config.channels))
        masks = tuple(RegionMasks(*(self.half(1, self.map_size(level)) for _ in range(3))) for level in levels)
        if not conditional:
            return self.net.conditioning(context, None, motion_frames, None, masks, None)
        audio = self.half(frames, 32, self.net.config.audio or 0) if self.net.config.audio else None
        located = self.half(1, width, self.side, self.side)
        return self.net.conditioning(context, (portrait,), motion_frames, audio, masks, located)

    def map_size(self, level: int) -> int:
        return (self.side >> level) ** 2
