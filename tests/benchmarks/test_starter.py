"""The starter's benchmark measures what it says: the clip is the speech's length, the work lies within the run."""

import time
from collections.abc import Callable

import pytest
from narrating_face.benchmarks.process import peak_memory_bytes, run_isolated
from narrating_face.benchmarks.starter import (
    SENTENCE,
    StarterCost,
    time_first_chunk,
    time_narration,
    time_speech,
)
from narrating_face.core.media import read_audio
from narrating_face.core.pipeline import speak
from narrating_face.model_loaders import starter


@pytest.fixture(scope="module")
def speech_seconds() -> float:
    return speak(starter.load(), read_audio(starter.SAMPLES / "reader.wav"), SENTENCE)[1].seconds


@pytest.mark.slow
def test_a_narration_is_measured_in_a_process_of_its_own(speech_seconds: float):
    started = time.perf_counter()
    cost = run_isolated(time_narration, 1, 192, 1)
    elapsed = time.perf_counter() - started
    assert cost.clip == pytest.approx(speech_seconds, abs=1e-6)
    assert cost.load > 0 and cost.work > 0 and cost.load + cost.work < elapsed
    assert cost.work_per_second == cost.work / cost.clip
    weights = sum(path.stat().st_size for path in starter.WEIGHTS.glob("*.safetensors"))
    assert cost.peak > run_isolated(peak_memory_bytes) + 2 * weights  # half floats on disk, single ones in memory


@pytest.mark.slow
@pytest.mark.parametrize("measure", [time_narration, time_speech, time_first_chunk])
def test_load_and_work_make_up_the_run(measure: Callable[[int, int, int], StarterCost]):
    started = time.perf_counter()
    cost = measure(1, 192, 1)
    elapsed = time.perf_counter() - started
    assert elapsed / 2 < cost.load + cost.work < elapsed


@pytest.mark.slow
def test_speech_is_measured_whole_and_the_first_chunk_is_a_part(speech_seconds: float):
    assert time_speech(1, 192, 1).clip == pytest.approx(speech_seconds, abs=1e-6)
    assert 0 < time_first_chunk(1, 192, 1).clip < speech_seconds / 2
