"""Peaks are limited locally, and the result does not depend on the chunks."""

import pytest
import torch
from narrating_face.core.audio.limiter import limit_peaks

NOISE = torch.randn(1, 1, 20_000, generator=torch.Generator().manual_seed(0)) * 0.2


def with_peak() -> torch.Tensor:
    sound = NOISE.clone()
    sound[..., 7_000:7_050] *= 20
    return sound


@pytest.mark.parametrize("sizes", [(20_000,), (300, 600, 1_000, 10_000, 8_100), (1,) * 50 + (19_950,)])
def test_the_result_does_not_depend_on_the_chunks(sizes: tuple[int, ...]) -> None:
    whole = torch.cat(list(limit_peaks([with_peak()])), -1)
    assert torch.equal(torch.cat(list(limit_peaks(with_peak().split(sizes, -1))), -1), whole)
    assert whole.shape == NOISE.shape and whole.abs().max() <= 0.95


def test_only_sound_near_a_peak_is_turned_down() -> None:
    whole = torch.cat(list(limit_peaks([with_peak()])), -1)
    assert torch.equal(whole[..., :3_000], NOISE[..., :3_000]) and torch.equal(whole[..., 12_000:], NOISE[..., 12_000:])
    assert whole[..., 6_000:7_000].abs().max() < NOISE[..., 6_000:7_000].abs().max()


def test_quiet_sound_and_no_sound_pass_unchanged() -> None:
    assert torch.equal(torch.cat(list(limit_peaks([NOISE.clamp(-0.9, 0.9)])), -1), NOISE.clamp(-0.9, 0.9))
    assert list(limit_peaks([])) == []
