"""model.pth -> a .safetensors file with the published names: only tensors, and only those that are needed."""

from __future__ import annotations

from pathlib import Path

from ...core.runtime.files import save_tensors
from .check import checked_config
from .checkpoint import HEADS, published_tensors, read_xtts


def convert_checkpoint(source: str | Path, target: str | Path) -> int:
    """Write ``target``; the number of tensors in it. Raises InputError when ``source`` is no XTTS-v2 checkpoint."""
    checkpoint = read_xtts(Path(source))
    config, tensors = checked_config(checkpoint), published_tensors(checkpoint)
    metadata = {HEADS: str(config.gpt.heads), "format": "pt", "model": "XTTS-v2", "licence": "CPML 1.0.0"}
    save_tensors(target, tensors, metadata)
    return len(tensors)
