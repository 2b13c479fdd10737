"""Analyse portraits for the joint training.

    python -m narrating_face.research.training.collect_faces --portraits DIR --out FILE

Writes what the visual encoder sees of each picture (see research.training.faces); pictures without a usable face are
named and left out.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import torch
from torch import Tensor

from ...core.errors import InputError
from ...core.face.portrait import analyze_portrait
from ...core.media import read_image
from ...core.runtime.files import save_tensors
from ...model_loaders.face_landmarks import load_face_landmarker
from ...model_loaders.starter.loader import WEIGHTS

log = logging.getLogger(__name__)
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def collect(paths: list[Path]) -> dict[str, Tensor]:
    """Crops [N, 3, 64, 64], canonical landmarks [N, 478, 2] and blendshapes [N, 52]."""
    landmarker, seen = load_face_landmarker(WEIGHTS / "face_landmarks.safetensors"), []

    def keep(crop: Tensor, landmarks: Tensor, blendshapes: Tensor) -> Tensor:
        seen.append((crop, landmarks, blendshapes))
        return crop.new_zeros(1, 0, 512)

    for path in paths:
        try:
            analyze_portrait(read_image(path), landmarker, keep)
        except InputError as error:
            log.warning("%s is left out: %s", path.name, error)
    if not seen:
        raise SystemExit("no portrait with a usable face was found: point --portraits at a folder of pictures.")
    names = ("crop", "landmarks", "blendshapes")
    return {name: torch.cat(part) for name, part in zip(names, zip(*seen, strict=True), strict=True)}


def pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portraits", type=Path, required=True, help="folder of pictures with one face each")
    parser.add_argument("--out", type=Path, required=True, help="safetensors file to write")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    faces = collect(pictures(options.portraits))
    save_tensors(options.out, faces, {"pictures": str(len(faces["crop"]))})
    log.info("%d faces in %s", len(faces["crop"]), options.out)


if __name__ == "__main__":
    main()
