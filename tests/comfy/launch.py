"""Start ComfyUI's main beside a CPU build of torch: python launch.py COMFYUI_FOLDER [arguments of main.py].

torchvision's and torchaudio's wheels expect a CUDA build; ComfyUI only imports them. Two operator schemas and one
stand-in module let the imports pass.
"""

from __future__ import annotations

import os
import runpy
import sys
from types import ModuleType

import torch


def stand_in_for_cuda_parts() -> torch.library.Library:
    """Declare what torchvision and torchaudio look for at import; the library must stay referenced."""
    operators = torch.library.Library("torchvision", "FRAGMENT")
    operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    operators.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    extension = ModuleType("torchaudio._extension")
    extension.fail_if_no_align = lambda function: function  # type: ignore[attr-defined]
    extension._IS_TORCHAUDIO_EXT_AVAILABLE = False  # type: ignore[attr-defined]
    sys.modules["torchaudio._extension"] = extension
    return operators


def main() -> None:
    folder = sys.argv.pop(1)
    os.chdir(folder)
    sys.path[0] = folder
    torch.set_num_threads(1)
    operators = stand_in_for_cuda_parts()
    sys.argv[0] = os.path.join(folder, "main.py")
    runpy.run_path(sys.argv[0], run_name="__main__")
    del operators


if __name__ == "__main__":
    main()
