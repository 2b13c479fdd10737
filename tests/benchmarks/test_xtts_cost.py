"""The benchmark of XTTS-v2 on a tiny checkpoint: float32 agrees with itself, and rounding saves bytes for accuracy."""

from pathlib import Path

import pytest
from narrating_face.benchmarks.xtts_cost import XTTSCost, measure_precision
from narrating_face.benchmarks.xtts_random_weights import write_random_checkpoint
from narrating_face.model_loaders.xtts import load_networks
from tiny_xtts import NEEDS_FBGEMM, TINY

CODES = 16


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "random.safetensors"
    write_random_checkpoint(path, TINY)
    return path


@pytest.fixture(scope="module")
def exact(checkpoint: Path) -> XTTSCost:
    return measure_precision(checkpoint, "float32", CODES)


def test_a_random_checkpoint_loads_and_has_the_sizes_it_was_written_with(checkpoint: Path):
    assert load_networks(checkpoint).config.gpt.layers == TINY.gpt.layers


@pytest.mark.slow
def test_float32_agrees_with_itself_exactly(exact: XTTSCost):
    assert exact.agreement == 1 and exact.latent_error == 0


@pytest.mark.slow
def test_times_are_consistent(exact: XTTSCost):
    assert exact.codes == CODES
    assert 0 < exact.first_sound <= exact.last_sound
    assert min(exact.load, exact.single, exact.batched, exact.reference, exact.vocoder, exact.copy_rate) > 0


@pytest.mark.slow
def test_a_code_reads_every_linear_weight_once(exact: XTTSCost):
    gpt = TINY.gpt
    blocks = gpt.layers * 12 * gpt.width**2  # attention 4, feed-forward 8
    assert exact.weight_bytes == 4 * (blocks + gpt.width * gpt.codes)


@pytest.mark.slow
@pytest.mark.parametrize("precision", [pytest.param("float16", marks=NEEDS_FBGEMM), "int8"])
def test_rounded_weights_are_smaller_and_less_exact(checkpoint: Path, exact: XTTSCost, precision: str):
    rounded = measure_precision(checkpoint, precision, CODES)
    assert rounded.weight_bytes < exact.weight_bytes
    assert 0 < rounded.latent_error < 0.2
