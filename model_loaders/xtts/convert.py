"""model.pth -> a .safetensors file with the published names: plain tensors, and nothing that is not needed."""

from __future__ import annotations

from pathlib import Path

from ...core.runtime.files import save_tensors
from .check import checked_config
from .files import HEADS, read_checkpoint


def convert(source: str | Path, target: str | Path) -> int:
    """Write ``target``; the number of tensors in it. Raises InputError when ``source`` is no XTTS-v2 checkpoint."""
    checkpoint = read_checkpoint(Path(source))
    config = checked_config(Path(source), checkpoint.tensors, checkpoint.heads)
    metadata = {HEADS: str(config.gpt.heads), "format": "pt", "model": "XTTS-v2", "licence": "CPML 1.0.0"}
    save_tensors(target, checkpoint.tensors, metadata)
    return len(checkpoint.tensors)
