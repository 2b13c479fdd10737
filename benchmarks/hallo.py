"""``narrating-face bench hallo``: the cost report of one clip as tables, beside the reference's cost."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.face.hallo.memory_plan import LOW, PLANS
from ..core.progress import Progress, ProgressCallback, Stage
from ..core.runtime.table import format_table
from ..core.settings import DenoisingSettings, HalloSettings
from .hallo_cost_report import (
    REFERENCE_NET,
    REFERENCE_STEP,
    CostReport,
    cost_report,
    step_peak_bytes,
)
from .hallo_savings import savings

WAV2VEC2_BYTES = 94_371_712 * 2  # wav2vec2-base in half floats
TERA, GIGA = 1e12, 1e9
SMALL_CARD = 8 * GIGA


def bench_hallo(size: int, progress: ProgressCallback) -> list[str]:
    """The lines of ``narrating-face bench hallo`` for frames of ``size`` x ``size``."""
    progress(Progress(Stage.BENCHMARK, 0, 1))
    settings = HalloSettings(size=size)
    lines = list(cost_report_lines(cost_report(settings), settings))
    progress(Progress(Stage.BENCHMARK, 1, 1))
    return lines


def cost_report_lines(report: CostReport, settings: HalloSettings) -> Iterator[str]:
    """Work of the parts, savings, work for a second of video, and memory."""
    yield f"One clip: {report.frames} frames of {settings.size} x {settings.size}, published sizes, half floats."
    yield ""
    yield from part_lines(report, settings)
    yield ""
    rows = [(name, f"{flops / TERA:.2f}") for name, flops in savings(report.frames, settings.size // 8)]
    yield from format_table(("saved in one guided step", "TFLOP"), rows, "lr")
    yield ""
    yield from _video_lines(report, settings)
    yield ""
    yield from _memory_lines(report, settings)


def part_lines(report: CostReport, settings: HalloSettings) -> Iterator[str]:
    """Work of each part of a clip."""
    encoded, decode = report.vae_encode.flops, report.frames * report.vae_decode.flops
    rows = [
        _part("one guided step", report.guided_step_flops, REFERENCE_STEP),
        _part("  conditional branch", report.conditional_step.flops, REFERENCE_STEP / 2),
        _part("  unconditional branch", report.unconditional_step.flops, REFERENCE_STEP / 2),
        _part("  conditional branch, deeper levels cached", report.cached_conditional_step.flops),
        _part("  unconditional branch, deeper levels cached", report.cached_unconditional_step.flops),
        _part("ReferenceNet, each clip", report.motion_frame_banks.flops, REFERENCE_NET),
        _part("ReferenceNet, once for the whole narration", report.portrait_bank.flops),
        _part("keys and values that stay, each clip", report.conditioning.flops),
        _part("VAE, encoding each clip", 0 if settings.compatibility.latent_chain else 2 * encoded, 3 * encoded),
        _part("VAE, decoding each clip", decode, decode),
    ]
    return format_table(("TFLOP", "here", "reference"), rows, "lrr")


def _part(name: str, here: float, reference: float | None = None) -> tuple[str, str, str]:
    return name, f"{here / TERA:.2f}", "" if reference is None else f"{reference / TERA:.2f}"


def _video_lines(report: CostReport, settings: HalloSettings) -> Iterator[str]:
    reference = report.per_second(report.reference_clip_flops())
    rows = [("the reference: 40 steps", f"{reference / TERA:.0f}", "1.00")]
    for name, denoising in variants(settings.denoising):
        flops = report.per_second(report.clip_flops(denoising))
        rows.append((name, f"{flops / TERA:.0f}", f"{reference / flops:.2f}"))
    return format_table(("TFLOP for a second of video", "here", "reference / here"), rows, "lrr")


def variants(chosen: DenoisingSettings) -> Iterator[tuple[str, DenoisingSettings]]:
    """The chosen settings, and cheaper and dearer ones with the same guidance."""
    guidance, early = chosen.guidance, (0.0, 0.6)
    yield f"{chosen.steps} steps ({chosen.sampler}), as set", chosen
    yield "40 steps of DDIM", DenoisingSettings(40, "ddim", guidance)
    for steps in (12, 10, 8):
        yield f"{steps} steps", DenoisingSettings(steps, guidance=guidance)
    yield "10 steps, guided in the first 60 %", DenoisingSettings(10, guidance=guidance, guided=early)
    yield "10 steps, deeper levels every other step", DenoisingSettings(10, guidance=guidance, cache_interval=2)
    yield "10 steps, both", DenoisingSettings(10, guidance=guidance, guided=early, cache_interval=2)


def _memory_lines(report: CostReport, settings: HalloSettings) -> Iterator[str]:
    need = report.need
    weights = need.reference_net + need.other_nets + WAV2VEC2_BYTES
    yield f"Weights: {weights / GIGA:.2f} GB (ReferenceNet {need.reference_net / GIGA:.2f}, the VAE in single floats)."
    yield ""
    rows = [
        (
            name,
            str(plan.frames_at_once),
            "no" if plan.offload_reference_net else "yes",
            f"{step_peak_bytes(settings, plan) / GIGA:.2f}",
            f"{(need.bytes(plan) + WAV2VEC2_BYTES) / GIGA:.2f}",
        )
        for name, plan in PLANS.items()
    ]
    heading = ("memory plan", "frames at once", "ReferenceNet stays", "step's results, GB", "in all, GB")
    yield from format_table(heading, rows, "lrlrr")
    fits = [name for name, plan in PLANS.items() if need.bytes(plan) + WAV2VEC2_BYTES <= SMALL_CARD]
    yield ""
    yield "The last column includes 15 % for the allocator."
    yield f"On a card with 8 GB: {', '.join(fits) if fits else LOW.name}."
