"""Samplers on a problem whose answer is known: Gaussian data, for which the perfect network is a formula."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.samplers import DDIM, Multistep
from narrating_face.core.face.hallo.schedule import even_timesteps, signal_and_noise, timesteps
from narrating_face.core.face.hallo.settings import DenoisingSettings, HalloSettings

MEAN, SPREAD = 0.7, 0.3


def velocity(latent: torch.Tensor, timestep: int) -> torch.Tensor:
    """Of the perfect network for data drawn from a Gaussian."""
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
    """From pure noise z the exact answer is MEAN + SPREAD z."""
    exact = MEAN + SPREAD * torch.linspace(-2, 2, 9, dtype=torch.float64)
    return (solve(sampler) - exact).abs().max().item()


@pytest.mark.parametrize("steps", [8, 10, 12])
def test_few_steps_of_second_order_are_much_nearer_than_as_many_of_the_first(steps: int):
    assert error(Multistep(steps)) < 0.4 * error(DDIM(steps))


def test_ten_steps_of_second_order_are_nearer_than_forty_of_the_first():
    assert error(Multistep(10)) < error(DDIM(40))


def test_multistep_converges_faster():
    assert error(Multistep(10)) / error(Multistep(40)) > 8 and error(DDIM(10)) / error(DDIM(40)) < 3


def test_one_step_is_the_first_order_step():
    latent, speed = torch.randn(4), torch.randn(4)
    assert torch.allclose(Multistep(1).step(0, latent, speed), DDIM(1).step(0, latent, speed), atol=1e-6)


def test_joined_steps_differ_only_where_the_count_does_not_divide():
    latent, speed = torch.randn(4), torch.randn(4)
    assert torch.equal(DDIM(40).step(1, latent, speed), DDIM(40, joined=False).step(1, latent, speed))
    assert not torch.equal(DDIM(30).step(1, latent, speed), DDIM(30, joined=False).step(1, latent, speed))


@pytest.mark.parametrize("count", [1, 2, 10, 200])
def test_even_timesteps_fall_from_pure_noise(count: int):
    steps = even_timesteps(count)
    assert len(steps) == count and steps[0] == 999 and steps[-1] >= 0
    assert all(later < motion_frames for motion_frames, later in pairwise(steps))


def test_the_schedule_ends_in_pure_noise():
    assert signal_and_noise(999) == (0.0, 1.0) and signal_and_noise(-1) == (1.0, 0.0)
    angles = [math.atan2(*reversed(signal_and_noise(t))) for t in timesteps(50)]
    assert angles == sorted(angles, reverse=True)


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"guidance": 0.5}, {"sampler": "euler"}, {"guided": (0.6, 0.2)}, {"reuse": 99}]
)
def test_wrong_settings_are_refused_in_one_sentence(wrong: dict):
    with pytest.raises(InputError) as refused:
        DenoisingSettings(**wrong)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("wrong", [{"size": 500}, {"frames": 40}, {"size": 2048}])
def test_wrong_sizes_are_refused(wrong: dict):
    with pytest.raises(InputError):
        HalloSettings(**wrong)
