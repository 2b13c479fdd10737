"""Samplers on a problem with a known solution: Gaussian data, for which the optimal network is a formula."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.samplers import DDIM, Multistep
from narrating_face.core.face.hallo.schedule import even_timesteps, signal_and_noise, trailing_timesteps
from narrating_face.core.settings import DenoisingSettings, HalloSettings

MEAN, SPREAD = 0.7, 0.3


def velocity(latent: torch.Tensor, timestep: int) -> torch.Tensor:
    """Predicted by the optimal network for Gaussian data."""
    signal, noise = signal_and_noise(timestep)
    variance = signal**2 * SPREAD**2 + noise**2
    clean = MEAN + signal * SPREAD**2 / variance * (latent - signal * MEAN)
    noisy = noise / variance * (latent - signal * MEAN)
    return signal * noisy - noise * clean


def solve(sampler: DDIM | Multistep) -> torch.Tensor:
    latent = torch.linspace(-2, 2, 9, dtype=torch.float64)
    for index, timestep in enumerate(sampler.timesteps):
        latent = sampler.step(index, latent, velocity(latent, timestep))
    return latent


def error(sampler: DDIM | Multistep) -> float:
    """Largest distance to the exact solution, MEAN + SPREAD z for pure noise z."""
    exact = MEAN + SPREAD * torch.linspace(-2, 2, 9, dtype=torch.float64)
    return (solve(sampler) - exact).abs().max().item()


@pytest.mark.parametrize("steps", [8, 10, 12])
def test_second_order_is_much_more_accurate_in_as_few_steps(steps: int):
    assert error(Multistep(steps)) < 0.4 * error(DDIM(steps))


def test_ten_steps_of_second_order_beat_forty_of_first_order():
    assert error(Multistep(10)) < error(DDIM(40))


def test_multistep_converges_faster():
    assert error(Multistep(10)) / error(Multistep(40)) > 8 and error(DDIM(10)) / error(DDIM(40)) < 3


def test_one_step_is_the_first_order_step():
    latent, speed = torch.randn(4), torch.randn(4)
    assert torch.allclose(Multistep(1).step(0, latent, speed), DDIM(1).step(0, latent, speed), atol=1e-6)


def test_aligned_timesteps_matter_only_where_the_count_does_not_divide_1000():
    latent, speed = torch.randn(4), torch.randn(4)
    assert torch.equal(DDIM(40).step(1, latent, speed), DDIM(40, aligned=False).step(1, latent, speed))
    assert not torch.equal(DDIM(30).step(1, latent, speed), DDIM(30, aligned=False).step(1, latent, speed))


@pytest.mark.parametrize("count", [1, 2, 10, 200])
def test_even_timesteps_fall_from_pure_noise(count: int):
    steps = even_timesteps(count)
    assert len(steps) == count and steps[0] == 999 and steps[-1] >= 0
    assert all(later < earlier for earlier, later in pairwise(steps))


def test_the_schedule_ends_in_pure_noise():
    assert signal_and_noise(999) == (0.0, 1.0) and signal_and_noise(-1) == (1.0, 0.0)
    angles = [math.atan2(*reversed(signal_and_noise(t))) for t in trailing_timesteps(50)]
    assert angles == sorted(angles, reverse=True)


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"guidance": 0.5}, {"sampler": "euler"}, {"guided": (0.6, 0.2)}, {"cache_interval": 99}]
)
def test_wrong_settings_are_refused_in_one_sentence(wrong: dict):
    with pytest.raises(InputError) as error:
        DenoisingSettings(**wrong)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


@pytest.mark.parametrize("wrong", [{"size": 500}, {"frames": 40}, {"size": 2048}])
def test_wrong_sizes_are_refused(wrong: dict):
    with pytest.raises(InputError, match=str(next(iter(wrong.values())))):
        HalloSettings(**wrong)
