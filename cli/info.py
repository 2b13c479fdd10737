"""What ``narrating-face table`` and ``narrating-face info`` print."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import torch

from ..core.entanglement.table import encoder_totals, table_rows
from ..core.model import Model
from ..core.runtime.table import format_table

PACKAGES = ("narrating-face", "torch", "transformers", "safetensors", "numpy", "pillow", "av", "num2words")


def table_lines() -> Iterator[str]:
    """The supplement's Table 1 and the totals of both encoders."""
    heading = ("Layer (type)", "Output Shape", "Param #", "Tr. Param #")
    rows = [(row.layer, row.shape, f"{row.parameters:,}", f"{row.trainable:,}") for row in table_rows()]
    yield from format_table(heading, rows[:-1], "llrr", total=rows[-1])
    yield ""
    for name, parameters in encoder_totals().items():
        yield f"{name}: {parameters:,} parameters"


def info_lines(model: Model, loaders: Path) -> Iterator[str]:
    """Versions, devices, the weights below the folder ``loaders``, and the size of every network."""
    yield f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    yield from (f"{name} {version(name)}" for name in PACKAGES)
    yield ""
    yield from device_lines()
    yield ""
    for path in sorted(loaders.rglob("weights/*.safetensors")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        yield f"{path.relative_to(loaders)}: {path.stat().st_size:,} bytes, sha256 {digest}"
    yield ""
    for name, net in model.nets().items():
        yield f"{name}: {sum(parameter.numel() for parameter in net.parameters()):,} parameters"


def device_lines() -> Iterator[str]:
    yield f"cpu: {torch.get_num_threads()} threads"
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        yield f"cuda:{index}: {properties.name}, {properties.total_memory / 2**30:.1f} GiB"
    if torch.backends.mps.is_available():
        yield "mps: available"
