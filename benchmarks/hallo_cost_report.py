"""The account of one clip at full size: floating-point operations and bytes, counted, not computed.

Everything is counted on the meta device with the published sizes. Beside it stands the reference: 51.2 TFLOP a step,
40 steps and 4.8 TFLOP of ReferenceNet for each clip of 16 frames, counted the same way on the reference's own code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor

from ..core.face.hallo.audio_module import AudioModule, RegionMasks
from ..core.face.hallo.conditioning import Conditioning
from ..core.face.hallo.config import HalloConfig, VAEConfig
from ..core.face.hallo.memory_plan import (
    FAST,
    LOW,
    PLANS,
    MemoryPlan,
    Need,
    memory_need,
)
from ..core.face.hallo.nets import DecoderNets, HalloNets
from ..core.face.hallo.settings import DenoisingSettings, HalloSettings
from ..core.face.hallo.vae import VAE
from .hallo_flop_counter import Work, measure

REFERENCE_STEP, REFERENCE_STEPS, REFERENCE_NET, FPS = 51.2e12, 40, 4.8e12, 25.0
WAV2VEC2_BYTES = 94_371_712 * 2  # wav2vec2-base in half floats
TERA, GIGA = 1e12, 1e9


@dataclass(frozen=True)
class CostReport:
    """Work of each part of a clip of ``frames`` frames; ``step`` parts are for one denoising step."""

    frames: int
    conditional: Work
    unconditional: Work
    conditional_shallow: Work
    unconditional_shallow: Work
    portrait_bank: Work
    earlier_bank: Work
    told: Work  # keys and values of everything that does not change between steps
    encode: Work
    decode: Work  # one frame
    need: Need

    def step(self, sampling: DenoisingSettings, index: int) -> int:
        whole, guided = sampling.is_whole(index), sampling.is_guided(index)
        flops = (self.conditional if whole else self.conditional_shallow).flops
        if guided:
            flops += (self.unconditional if whole else self.unconditional_shallow).flops
        return flops

    def clip(self, sampling: DenoisingSettings) -> int:
        """All that repeats with each clip, decoding included."""
        steps = sum(self.step(sampling, index) for index in range(sampling.steps))
        return steps + self.earlier_bank.flops + self.told.flops + self.frames * self.decode.flops

    def reference_clip(self) -> float:
        """The same for the reference: three pictures encoded, everything made again for each clip."""
        fixed = REFERENCE_NET + 3 * self.encode.flops + self.frames * self.decode.flops
        return REFERENCE_STEPS * REFERENCE_STEP + fixed

    def per_second(self, flops: float) -> float:
        return flops / self.frames * FPS


def cost_report(settings: HalloSettings, plan: MemoryPlan = FAST, config: HalloConfig | None = None) -> CostReport:
    """Count one clip of square frames."""
    config = config or HalloConfig()
    with torch.device("meta"):
        hallo = HalloNets.build(config).to("meta", torch.float16)
        vae = VAE(VAEConfig())
        return _Counter(hallo, vae, settings, plan).account()


def peak_bytes(settings: HalloSettings, plan: MemoryPlan, config: HalloConfig | None = None) -> int:
    """Of the conditional half of one step."""
    with torch.device("meta"):
        hallo = HalloNets.build(config or HalloConfig()).to("meta", torch.float16)
        counter = _Counter(hallo, VAE(), settings, plan)
        return counter.step(counter.conditioning(True), whole=True).peak_bytes


class _Counter:
    """Inputs of the right shapes, and one measurement for each part."""

    def __init__(self, hallo: HalloNets, vae: VAE, settings: HalloSettings, plan: MemoryPlan) -> None:
        self.hallo, self.vae, self.settings = hallo, vae, settings
        self.net, self.reference_net = hallo.denoising_unet, hallo.reference_net
        self.net.frames_at_once = plan.frames_at_once
        self.side = settings.size // 8

    def account(self) -> CostReport:
        conditional, unconditional = self.conditioning(True), self.conditioning(False)
        nets = DecoderNets(self.hallo, self.vae)
        need = memory_need(nets, (self.settings.size, self.settings.size), self.settings.frames)
        return CostReport(
            self.settings.frames,
            self.step(conditional, whole=True),
            self.step(unconditional, whole=True),
            self.step(conditional, whole=False),
            self.step(unconditional, whole=False),
            self.bank(1),
            self.bank(2 * self.settings.motion_frames),
            measure(lambda: (self.conditioning(True), self.conditioning(False)), [self.net, self.reference_net]),
            measure(lambda: self.vae.encode(torch.empty(1, 3, 8 * self.side, 8 * self.side)), [self.vae]),
            measure(lambda: self.vae.decode(self.latents(1)), [self.vae]),
            need,
        )

    def latents(self, count: int) -> Tensor:
        return torch.empty(count, 4, self.side, self.side)

    def half(self, *shape: int) -> Tensor:
        return torch.empty(*shape, dtype=torch.float16)

    def bank(self, rows: int) -> Work:
        context = self.half(rows, 4, self.net.config.context)
        return measure(lambda: self.reference_net(self.latents(rows), context), [self.reference_net])

    def step(self, conditioning: Conditioning, whole: bool) -> Work:
        latents = self.latents(self.settings.frames)
        deep = None if whole else self.net(latents, 0, conditioning)[1]
        return measure(lambda: self.net(latents, 0, conditioning, deep), [self.net])

    def conditioning(self, conditional: bool) -> Conditioning:
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


def savings(account: CostReport, config: HalloConfig | None = None, side: int = 64) -> Iterator[tuple[str, int]]:
    """(measure, operations saved in one guided step of a clip), each from its own formula."""
    config = config or HalloConfig()
    frames, unet = account.frames, config.unet
    bank_attention = reference_keys = heard = 0
    with torch.device("meta"):
        transformers = list(HalloNets.build(config).denoising_unet.transformers())
    for _, stage, index in transformers:
        tokens, width = (side >> stage.level) ** 2, stage.channels
        bank_attention += 4 * frames * tokens * tokens * width + 4 * frames * tokens * width * width
        reference_keys += 4 * frames * tokens * width * width
        inner = cast(AudioModule, stage.audio_modules[index]).proj_in.out_channels if len(stage.audio_modules) else 0
        heard += 3 * frames * (4 * tokens * inner * inner + 4 * tokens * 32 * inner)  # query, output, products
        heard += 3 * 2 * frames * 4 * 32 * inner * (unet.audio or 0)  # keys and values, both halves
    yield "no portrait in the unconditional half", bank_attention
    yield "portrait's keys and values once, not for each frame and step", reference_keys
    yield "silence answered by its bias, speech's keys and values once", heard


def cost_report_lines(settings: HalloSettings) -> Iterator[str]:
    """What ``narrating-face bench hallo --account`` prints."""
    account = cost_report(settings)
    step = account.conditional.flops + account.unconditional.flops
    yield f"One clip: {account.frames} frames of {settings.size} x {settings.size}, published sizes, half floats."
    yield ""
    yield "TFLOP                                                       here    reference"
    yield _row("one guided step", step, REFERENCE_STEP)
    yield _row("  conditional half", account.conditional.flops, REFERENCE_STEP / 2)
    yield _row("  unconditional half", account.unconditional.flops, REFERENCE_STEP / 2)
    yield _row("  conditional half, deeper levels reused", account.conditional_shallow.flops)
    yield _row("  unconditional half, deeper levels reused", account.unconditional_shallow.flops)
    yield _row("ReferenceNet, each clip", account.earlier_bank.flops, REFERENCE_NET)
    yield _row("ReferenceNet, once for the whole narration", account.portrait_bank.flops)
    yield _row("keys and values that stay, each clip", account.told.flops)
    yield _row(
        "VAE, encoding each clip",
        0 if settings.compatibility.latent_chain else 2 * account.encode.flops,
        3 * account.encode.flops,
    )
    yield _row("VAE, decoding each clip", account.frames * account.decode.flops, account.frames * account.decode.flops)
    yield ""
    yield "Saved in one guided step, TFLOP"
    for name, flops in savings(account, side=settings.size // 8):
        yield f"  {name:60}{flops / TERA:8.2f}"
    yield ""
    yield "TFLOP for a second of video                                         reference / here"
    reference = account.per_second(account.reference_clip())
    yield f"  {'the reference: 40 steps':50}{reference / TERA:10.0f}{1:12.2f}"
    for name, sampling in variants(settings.sampling):
        flops = account.per_second(account.clip(sampling))
        yield f"  {name:50}{flops / TERA:10.0f}{reference / flops:12.2f}"
    yield ""
    yield from memory_lines(account, settings)


def variants(chosen: DenoisingSettings) -> Iterator[tuple[str, DenoisingSettings]]:
    """The chosen sampling, and what each measure adds to it."""
    yield f"{chosen.steps} steps ({chosen.sampler}), as set", chosen
    yield "40 steps, nothing else changed", DenoisingSettings(40, "ddim", chosen.guidance)
    yield "12 steps", DenoisingSettings(12, guidance=chosen.guidance)
    yield "10 steps", DenoisingSettings(10, guidance=chosen.guidance)
    yield "8 steps", DenoisingSettings(8, guidance=chosen.guidance)
    yield "10 steps, guided in the first 60 %", DenoisingSettings(10, guidance=chosen.guidance, guided=(0.0, 0.6))
    yield "10 steps, deeper levels every other step", DenoisingSettings(10, guidance=chosen.guidance, cache_interval=2)
    yield "10 steps, both", DenoisingSettings(10, guidance=chosen.guidance, guided=(0.0, 0.6), cache_interval=2)


def memory_lines(account: CostReport, settings: HalloSettings) -> Iterator[str]:
    need = account.need
    weights = need.reference_net + need.other_nets + WAV2VEC2_BYTES
    yield f"Weights: {weights / GIGA:.2f} GB (ReferenceNet {need.reference_net / GIGA:.2f}, the VAE in single floats)."
    for name, plan in PLANS.items():
        counted = peak_bytes(settings, plan)
        total = need.bytes(plan) + WAV2VEC2_BYTES
        frames = f"{plan.frames_at_once} frame{'s' if plan.frames_at_once > 1 else ''} at once"
        released = ", ReferenceNet released" if plan.offload_reference_net else ""
        yield (
            f"Plan {name} ({frames}{released}): {counted / GIGA:.2f} GB of results at the peak of a step, "
            f"{total / GIGA:.2f} GB in all with 15 % for the allocator."
        )
    fits = [name for name, plan in PLANS.items() if need.bytes(plan) + WAV2VEC2_BYTES <= 8 * GIGA]
    yield f"On a card with 8 GB: {', '.join(fits) if fits else LOW.name}."


def _row(name: str, here: float, reference: float | None = None) -> str:
    beside = "" if reference is None else f"{reference / TERA:12.2f}"
    return f"  {name:50}{here / TERA:12.2f}{beside}"
