"""Write goldens.safetensors with the official runtime.

    PYTHONPATH=tests/support python tests/core/face/landmarks/make_goldens.py face_landmarker.task

Needs PyPI mediapipe 1.2.2, which the tests themselves do without. For every case: points [faces, 478, 3] in pixels,
blendshapes [faces, 52] and head poses [faces, 3, 3], from left to right.
"""

from __future__ import annotations

import sys
from pathlib import Path

import mediapipe  # pyright: ignore[reportMissingImports]
import numpy as np
import torch
from landmark_cases import all_cases
from mediapipe.tasks.python import BaseOptions, vision  # pyright: ignore[reportMissingImports]
from narrating_face.core.runtime.files import save_tensors
from samples import read_portrait
from torch import Tensor

GOLDENS = Path(__file__).parents[3] / "data" / "landmarks" / "goldens.safetensors"


def official(landmarker: vision.FaceLandmarker, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    pixels = (image[0].permute(1, 2, 0) * 255).round().byte().contiguous().numpy()
    result = landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=pixels))
    height, width = pixels.shape[:2]
    points = np.array([[(p.x * width, p.y * height, p.z * width) for p in face] for face in result.face_landmarks])
    order = np.argsort(points[:, 1, 0])
    blendshapes = np.array([[shape.score for shape in face] for face in result.face_blendshapes])
    matrices = np.array(result.facial_transformation_matrixes)[:, :3, :3]
    points, blendshapes, poses = (torch.from_numpy(array[order]).float() for array in (points, blendshapes, matrices))
    return points, blendshapes, poses


def main(task: str) -> None:
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=task),
        num_faces=4,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    tensors = {}
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        for name, image in all_cases(read_portrait).items():
            points, blendshapes, poses = official(landmarker, image)
            tensors |= {f"{name}/points": points, f"{name}/blendshapes": blendshapes, f"{name}/pose": poses}
    save_tensors(GOLDENS, tensors, {"source": f"mediapipe {mediapipe.__version__}, image mode"})


if __name__ == "__main__":
    main(sys.argv[1])
