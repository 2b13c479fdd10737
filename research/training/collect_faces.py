"""Analyses portraits for the joint training.

    python -m narrating_face.research.training.collect_faces --portraits DIR --out FILE

Writes the visual encoder's inputs for each picture (see research.training.faces); pictures without a usable face are
logged and left out.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import torch
from torch import Tensor

from ...core.errors import InputError
from ...core.face.portrait import find_face
from ...core.media import read_image
from ...core.runtime.files import save_tensors
from ...model_loaders.face_landmarks import load_face_landmarker
from ...model_loaders.starter.loader import WEIGHTS
from ..tools import IMAGE_SUFFIXES, exit_on_input_error, list_files

log = logging.getLogger(__name__)


def collect_faces(paths: list[Path]) -> dict[str, Tensor]:
    """Crops [N, 3, 64, 64], canonical landmarks [N, 478, 2], blendshapes [N, 52]. Raises InputError without a face."""
    landmarker, seen = load_face_landmarker(WEIGHTS / "face_landmarks.safetensors"), []
    for path in paths:
        try:
            seen.append(find_face(read_image(path), landmarker).visual_inputs())
        except InputError as error:
            log.warning("%s is left out: %s", path.name, error)
    if not seen:
        raise InputError(
            "--portraits holds no portrait with a usable face: pass a folder of pictures of one face each."
        )
    names = ("crop", "landmarks", "blendshapes")
    return {name: torch.cat(part) for name, part in zip(names, zip(*seen, strict=True), strict=True)}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, required=True, help="folder of pictures with one face each")
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with exit_on_input_error(parser):
        faces = collect_faces(list_files(options.portraits, IMAGE_SUFFIXES))
    save_tensors(options.out, faces, {"pictures": str(len(faces["crop"]))})
    log.info("%d faces in %s", len(faces["crop"]), options.out)


if __name__ == "__main__":
    main()
