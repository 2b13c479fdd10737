"""The account of a full-size clip: what the README and the help pages say of work and memory."""

from __future__ import annotations

import pytest
import torch
from narrating_face.benchmarks.hallo_cost_report import (
    REFERENCE_STEP,
    WAV2VEC2_BYTES,
    CostReport,
    cost_report,
    peak_bytes,
    savings,
)
from narrating_face.benchmarks.hallo_flop_counter import measure
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.attention import Attention
from narrating_face.core.face.hallo.memory_plan import (
    BALANCED,
    FAST,
    LOW,
    Need,
    choose_plan,
)
from narrating_face.core.face.hallo.settings import DenoisingSettings, HalloSettings

GIGA = 10**9


@pytest.fixture(scope="module")
def account() -> CostReport:
    return cost_report(HalloSettings())


def test_the_meter_counts_an_attention_exactly():
    with torch.device("meta"):
        net, tokens = Attention(64), torch.empty(2, 10, 64)
    work = measure(lambda: net(tokens), [net])
    assert work.flops == 4 * 2 * 2 * 10 * 64 * 64 + 4 * 2 * 10 * 10 * 64
    assert work.peak_bytes >= 4 * 2 * 10 * 64 * 4


def test_a_guided_step_and_what_is_saved_add_up_to_the_references(account: CostReport):
    step = account.conditional.flops + account.unconditional.flops
    saved = sum(flops for _, flops in savings(account))
    assert 0.98 < (step + saved) / REFERENCE_STEP < 1.01
    assert step < 0.93 * REFERENCE_STEP


def test_the_defaults_need_well_under_half_of_the_references_work(account: CostReport):
    assert account.reference_clip() / account.clip(HalloSettings().sampling) > 2.5
    cheaper = DenoisingSettings(10, guided=(0.0, 0.6), cache_interval=2)
    assert account.reference_clip() / account.clip(cheaper) > 6


def test_eight_gigabytes_are_enough(account: CostReport):
    for plan in (BALANCED, LOW):
        assert account.need.bytes(plan) + WAV2VEC2_BYTES < 8 * GIGA
    assert choose_plan("auto", account.need, 15 * GIGA // 2) == BALANCED
    assert choose_plan("auto", account.need, 6 * GIGA) == LOW
    assert choose_plan("auto", account.need, 24 * GIGA) == FAST
    assert choose_plan("auto", account.need, None) == BALANCED and choose_plan("low", account.need, None) == LOW
    with pytest.raises(InputError):
        choose_plan("huge", account.need, None)


@pytest.mark.parametrize("plan", [FAST, BALANCED])
def test_the_estimate_covers_what_the_meter_counts(account: CostReport, plan):
    counted = peak_bytes(HalloSettings(), plan)
    assert counted <= account.need.activations(plan) <= 1.6 * counted


def test_estimates_grow_with_the_picture(account: CostReport):
    need = account.need
    larger = Need(need.reference_net, need.other_nets, 2 * need.map, need.frames)
    assert larger.activations(LOW) == pytest.approx(2 * need.activations(LOW), rel=1e-6)
    assert need.bytes(LOW) < need.bytes(BALANCED) < need.bytes(FAST)
