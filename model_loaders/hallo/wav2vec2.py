"""wav2vec2 as transformers saves it (model.safetensors or pytorch_model.bin) -> SpeechFeatures.

Sizes are those of ``config.json`` beside the file, or of wav2vec2-base without one. Names may begin with
``wav2vec2.``; the head for text and the embedding of masked frames are left out.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from torch import Tensor, nn

from ...core.face.hallo.speech_features import SpeechFeatures
from ..checkpoints import Checkpoint, first_line, read_checkpoint
from ..file_errors import WAV2VEC2_CHECKPOINT
from ..state_dicts import (
    check_tensors,
    fill,
    modern_weight_norm,
    shapes_of,
)

MASK_EMBEDDING = "masked_spec_embed"
UNUSED = ("lm_head.", MASK_EMBEDDING, "quantizer.", "project_hid.", "project_q.")


def load_wav2vec2(path: str | Path) -> SpeechFeatures:
    """Raises InputError when the file is no wav2vec2 model of these sizes."""
    checkpoint = read_checkpoint(path, WAV2VEC2_CHECKPOINT).nested("state_dict")
    tensors = _used(checkpoint)
    model = _model(Path(path).with_name("config.json"))
    shapes = shapes_of(model)
    check_tensors(tensors, {name: s for name, s in shapes.items() if not name.startswith(UNUSED)}, checkpoint)
    unread = {MASK_EMBEDDING: torch.zeros(shapes[MASK_EMBEDDING])} if MASK_EMBEDDING in shapes else {}
    fill(model, tensors | unread)
    return SpeechFeatures(model)


def _used(checkpoint: Checkpoint) -> dict[str, Tensor]:
    """Tensors under the names of ``Wav2Vec2Model``."""
    own = {modern_weight_norm(name.removeprefix("wav2vec2.")): tensor for name, tensor in checkpoint.tensors().items()}
    return {name: tensor for name, tensor in own.items() if not name.startswith(UNUSED)}


def _model(config: Path) -> nn.Module:
    """Without storage, in the sizes of the file ``config`` where it exists."""
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    try:
        sizes = json.loads(config.read_text(encoding="utf-8")) if config.is_file() else {}
        with torch.device("meta"):
            return Wav2Vec2Model(Wav2Vec2Config(**sizes))
    except Exception as error:
        raise WAV2VEC2_CHECKPOINT.error(config, f"does not describe a wav2vec2 model ({first_line(error)})") from error
