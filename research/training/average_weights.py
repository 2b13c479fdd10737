"""The mean of several checkpoints' weights, tensor by tensor: steadier than the last of them (Izmailov et al. 2018).

    python -m narrating_face.research.training.average_weights --out DIR WEIGHTS WEIGHTS ...

A folder that is named twice counts twice. The generator is taken from the last folder, if it has one: the others may
not be tuned to its latents.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from ...core.errors import InputError
from ...core.families.starter.nets import StarterNets
from ..tools import exit_on_input_error
from .weights import load_half, save_nets

GENERATOR = "hifi_generator.safetensors"


@torch.no_grad()
def average_weights(folders: Sequence[Path], out: Path) -> None:
    """Write the mean of the networks in ``folders`` to ``out``. Raises InputError."""
    if len(folders) < 2:
        raise InputError(f"there are {len(folders)} folders of weights: a mean needs two or more, so name others.")
    mean, other = StarterNets(), StarterNets()
    for count, folder in enumerate(folders, 1):
        load_half(folder, other)
        for total, one in zip(mean.state_dict().values(), other.state_dict().values(), strict=True):
            total.copy_(one if count == 1 else total + (one - total) / count)
    out.mkdir(parents=True, exist_ok=True)
    save_nets(out, mean, {"mean of": str(len(folders))})
    if (folders[-1] / GENERATOR).exists():
        shutil.copyfile(folders[-1] / GENERATOR, out / GENERATOR)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for the mean")
    parser.add_argument("weights", type=Path, nargs="+", help="folders of finished weights")
    options = parser.parse_args(arguments)
    with exit_on_input_error(parser):
        average_weights(options.weights, options.out)


if __name__ == "__main__":
    main()
