"""Differences from the latents of a true solution: none for itself, more for fewer steps."""

import pytest
from narrating_face.benchmarks.hallo_sampling import relative_differences
from narrating_face.core.settings import DenoisingSettings

pytestmark = pytest.mark.slow

TRUTH = DenoisingSettings(6, "ddim")
OPTIONS = {"truth": TRUTH, "half": DenoisingSettings(3, "ddim"), "single": DenoisingSettings(1, "ddim")}


def test_the_truth_equals_itself_and_fewer_steps_differ_more():
    differences = relative_differences(OPTIONS, TRUTH, seed=0)
    assert differences["truth"] == 0
    assert 0 < differences["half"] < differences["single"]


def test_a_seed_gives_the_same_difference_again():
    single, short = {"single": OPTIONS["single"]}, DenoisingSettings(2, "ddim")
    first = relative_differences(single, short, seed=3)
    assert relative_differences(single, short, seed=3) == first
    assert relative_differences(single, short, seed=4) != first
