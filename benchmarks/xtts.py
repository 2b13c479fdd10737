"""``narrating-face bench xtts``: speed and memory of the full-size XTTS-v2 with random weights, on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from ..core.progress import Progress, ProgressCallback, Stage
from ..core.runtime.table import format_table
from ..core.settings import PRECISIONS
from ..core.voice.xtts.config import CODE_RATE, XTTSConfig
from ..core.voice.xtts.model import BATCH
from .process import run_isolated
from .xtts_cost import XTTSCost, measure_precision
from .xtts_random_weights import write_random_checkpoint

GIGA = 1e9


def bench_xtts(codes: int, threads: int, folder: Path | None, progress: ProgressCallback) -> list[str]:
    """The lines of ``narrating-face bench xtts`` for sentences of ``codes`` codes; ``folder`` holds the weights."""
    costs: dict[str, XTTSCost] = {}
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "random.safetensors"
        progress(Progress(Stage.BENCHMARK, 0, 1, "write weights"))
        run_isolated(write_random_checkpoint, path, XTTSConfig())
        progress(Progress(Stage.BENCHMARK, 1, 1, "write weights"))
        for done, precision in enumerate(PRECISIONS):
            progress(Progress(Stage.BENCHMARK, done, len(PRECISIONS)))
            costs[precision] = run_isolated(measure_precision, path, precision, codes, threads)
        progress(Progress(Stage.BENCHMARK, len(PRECISIONS), len(PRECISIONS)))
    rows = [(name, *(describe(cost) for cost in costs.values())) for name, describe in ROWS]
    lines = format_table((f"sentences of {codes} codes", *costs), rows, "l" + "r" * len(costs))
    return [
        *lines,
        "",
        "The weights are random: times and memory are those of a real checkpoint, accuracy only hints at it.",
    ]


ROWS: tuple[tuple[str, Callable[[XTTSCost], str]], ...] = (
    ("load, s", lambda cost: f"{cost.load:.1f}"),
    ("peak memory to load, profile and speak, GB", lambda cost: f"{cost.peak / GIGA:.2f}"),
    ("a code of one sentence, ms", lambda cost: f"{1e3 * cost.single:.1f}"),
    ("a code of the reference's loop, ms", lambda cost: f"{1e3 * cost.reference:.1f}"),
    ("  reference / one sentence", lambda cost: f"{cost.reference / cost.single:.2f}"),
    (f"a code of {BATCH} sentences as a batch, ms", lambda cost: f"{1e3 * cost.batched:.1f}"),
    ("  one sentence / batch", lambda cost: f"{cost.single / cost.batched:.2f}"),
    ("  reference / batch", lambda cost: f"{cost.reference / cost.batched:.2f}"),
    ("a second of sound: decoding, s", lambda cost: f"{CODE_RATE * cost.single:.2f}"),
    ("a second of sound: vocoder, s", lambda cost: f"{cost.vocoder:.2f}"),
    ("stream: first sound after, s", lambda cost: f"{cost.first_sound:.2f}"),
    ("  share of the whole stream's time", lambda cost: f"{cost.first_sound / cost.last_sound:.0%}"),
    ("weights read, GB/s", lambda cost: f"{cost.weight_bytes / cost.single / GIGA:.1f}"),
    ("a plain copy each way, GB/s", lambda cost: f"{cost.copy_rate / GIGA:.1f}"),
    ("likeliest code as in float32", lambda cost: f"{cost.agreement:.1%}"),
    ("latents off float32", lambda cost: f"{cost.latent_error:.2%}"),
)
