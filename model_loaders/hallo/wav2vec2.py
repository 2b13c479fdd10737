"""wav2vec2 as transformers saves it (model.safetensors or pytorch_model.bin) -> SpeechFeatures.

``config.json`` beside the file tells its sizes; without one they are those of wav2vec2-base. Names may begin with
``wav2vec2.``; the head for text and the mask's embedding are not needed.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from ...core.face.hallo.speech_features import SpeechFeatures
from ..checkpoints import (
    Origin,
    check_tensors,
    fill,
    only_tensors,
    read_checkpoint,
    shapes_of,
)

ORIGIN = Origin("wav2vec2 checkpoint", "huggingface.co/facebook/wav2vec2-base-960h (model.safetensors and config.json)")
UNUSED = ("lm_head.", "masked_spec_embed", "quantizer.", "project_hid.", "project_q.")
WEIGHT_NORM = {"weight_g": "parametrizations.weight.original0", "weight_v": "parametrizations.weight.original1"}


def load_wav2vec2(path: str | Path) -> SpeechFeatures:
    """Raises InputError when the file is no wav2vec2 model of these sizes."""
    from transformers import Wav2Vec2Model

    tensors = {_own_name(name): tensor for name, tensor in _read(path).items()}
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(UNUSED)}
    with torch.device("meta"):
        model: nn.Module = Wav2Vec2Model(_config(path)).eval()
    mask = model.state_dict().get("masked_spec_embed")
    expected = {name: shape for name, shape in shapes_of(model).items() if not name.startswith(UNUSED)}
    check_tensors(kept, expected, path, ORIGIN)
    fill(model, kept if mask is None else kept | {"masked_spec_embed": torch.zeros(mask.shape)})
    return SpeechFeatures(model)


def _read(path: str | Path) -> dict[str, Tensor]:
    return only_tensors(read_checkpoint(path, ORIGIN), path, ORIGIN)


def _own_name(name: str) -> str:
    name = name.removeprefix("wav2vec2.")
    for old, new in WEIGHT_NORM.items():
        if name.endswith(f"pos_conv_embed.conv.{old}"):
            return name.removesuffix(old) + new
    return name


def _config(path: str | Path):
    from transformers import Wav2Vec2Config

    file = Path(path).with_name("config.json")
    try:
        return Wav2Vec2Config(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else Wav2Vec2Config()
    except Exception as error:
        raise ORIGIN.refuse(file, "could not be read, it is not the configuration of wav2vec2") from error
