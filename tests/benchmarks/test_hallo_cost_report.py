"""The cost report of a full-size clip: what the documents and the help pages say of work and memory."""

from __future__ import annotations

import pytest
import torch
from narrating_face.benchmarks.hallo import WAV2VEC2_BYTES, part_lines
from narrating_face.benchmarks.hallo_cost_report import (
    REFERENCE_STEP,
    CostReport,
    cost_report,
    step_peak_bytes,
)
from narrating_face.benchmarks.hallo_flop_counter import count_work
from narrating_face.benchmarks.hallo_savings import savings
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.attention import Attention
from narrating_face.core.face.hallo.memory_plan import (
    BALANCED,
    FAST,
    LOW,
    MemoryNeed,
    choose_plan,
)
from narrating_face.core.settings import DenoisingSettings, HalloSettings

pytestmark = pytest.mark.slow  # a full-size clip is counted

GIGA = 10**9


@pytest.fixture(scope="module")
def report() -> CostReport:
    return cost_report(HalloSettings())


def test_the_flop_counter_counts_an_attention_exactly():
    with torch.device("meta"):
        net, tokens = Attention(64), torch.empty(2, 10, 64)
    work = count_work(lambda: net(tokens), [net])
    assert work.flops == 4 * 2 * 2 * 10 * 64 * 64 + 4 * 2 * 10 * 10 * 64
    assert work.peak_bytes >= 4 * 2 * 10 * 64 * 4


def test_a_guided_step_and_its_savings_add_up_to_the_references(report: CostReport):
    saved = sum(flops for _, flops in savings(report.frames))
    assert 0.98 < (report.guided_step_flops + saved) / REFERENCE_STEP < 1.01
    assert report.guided_step_flops < 0.93 * REFERENCE_STEP


def test_the_defaults_need_well_under_half_of_the_references_work(report: CostReport):
    assert report.reference_clip_flops() / report.clip_flops(HalloSettings().denoising) > 2.5
    cheaper = DenoisingSettings(10, guided=(0.0, 0.6), cache_interval=2)
    assert report.reference_clip_flops() / report.clip_flops(cheaper) > 6


def test_steps_that_are_skipped_or_cached_are_not_counted(report: CostReport):
    denoising = DenoisingSettings(10, guided=(0.0, 0.6), cache_interval=2)
    assert report.step_flops(denoising, 0) == report.guided_step_flops
    assert report.step_flops(denoising, 9) == report.cached_conditional_step.flops
    assert report.denoising_flops(DenoisingSettings(10)) == 10 * report.guided_step_flops


def test_eight_gigabytes_are_enough(report: CostReport):
    for plan in (BALANCED, LOW):
        assert report.need.bytes(plan) + WAV2VEC2_BYTES < 8 * GIGA
    assert choose_plan("auto", report.need, 15 * GIGA // 2) == BALANCED
    assert choose_plan("auto", report.need, 6 * GIGA) == LOW
    assert choose_plan("auto", report.need, 24 * GIGA) == FAST
    assert choose_plan("auto", report.need, None) == BALANCED and choose_plan("low", report.need, None) == LOW
    with pytest.raises(InputError):
        choose_plan("huge", report.need, None)


@pytest.mark.parametrize("plan", [FAST, BALANCED])
def test_the_estimate_covers_the_counted_peak(report: CostReport, plan):
    counted = step_peak_bytes(HalloSettings(), plan)
    assert counted <= report.need.activations(plan) <= 1.6 * counted


def test_estimates_grow_with_the_picture(report: CostReport):
    need = report.need
    larger = MemoryNeed(need.reference_net, need.other_nets, 2 * need.map, need.frames)
    assert larger.activations(LOW) == pytest.approx(2 * need.activations(LOW), rel=1e-6)
    assert need.bytes(LOW) < need.bytes(BALANCED) < need.bytes(FAST)


def test_the_printed_report_holds_the_counted_numbers(report: CostReport):
    lines = list(part_lines(report, HalloSettings()))
    step = next(line for line in lines if line.startswith("one guided step"))
    assert step.split()[-2:] == [f"{report.guided_step_flops / 1e12:.2f}", f"{REFERENCE_STEP / 1e12:.2f}"]
