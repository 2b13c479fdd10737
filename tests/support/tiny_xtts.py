"""XTTS-v2 models for tests: the small one of the goldens, and random ones of any size in the real key layout."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import torch
from narrating_face.core.families.xtts.voice import XTTSVoice
from narrating_face.core.voice.xtts.config import (
    ConditioningConfig,
    GPTConfig,
    SpeakerConfig,
    VocoderConfig,
    XTTSConfig,
)
from narrating_face.core.voice.xtts.fbgemm import has_fbgemm
from narrating_face.core.voice.xtts.model import XTTSEngine
from narrating_face.model_loaders.xtts import load_voice
from narrating_face.model_loaders.xtts.check import xtts_shapes
from safetensors.torch import load_file, save_file
from torch import Tensor

NEEDS_FBGEMM = pytest.mark.skipif(not has_fbgemm(), reason="this build of torch has no FBGEMM")
PRECISIONS = ["float32", pytest.param("float16", marks=NEEDS_FBGEMM), "int8"]
DATA = Path(__file__).parents[1] / "data" / "xtts"
TINY = XTTSConfig(
    GPTConfig(layers=2, width=64, heads=4, text_tokens=280, codes=130, text_positions=124, code_positions=48),
    ConditioningConfig(width=64, heads=4, perceiver_inner=128, perceiver_hidden=170),
    SpeakerConfig(widths=(8, 8, 16, 32), blocks=(1, 1, 1, 1), embedding=512),
    VocoderConfig(latent=64, channels=64),
)


@lru_cache(maxsize=1)
def goldens() -> dict[str, Tensor]:
    return load_file(DATA / "goldens.safetensors")


@lru_cache(maxsize=1)
def statistics() -> dict[str, Any]:
    """Texts with their cleaned forms and ids, the small tokenizer, seeds."""
    return json.loads((DATA / "goldens.json").read_text(encoding="utf-8"))


def small_state() -> dict[str, Tensor]:
    """The goldens' model, by published key."""
    return {key[3:]: value for key, value in goldens().items() if key.startswith("sd.")}


def write_vocabulary(folder: Path) -> None:
    (folder / "vocab.json").write_text(json.dumps(statistics()["tokenizer_json"]), encoding="utf-8")


def write_checkpoint(folder: Path, state: dict[str, Tensor], name: str = "model.safetensors") -> Path:
    """``state`` with the small tokenizer beside it; its GPT has four heads."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(state, folder / name, metadata={"gpt_n_heads": "4"})
    write_vocabulary(folder)
    return folder / name


def random_state(config: XTTSConfig = TINY) -> dict[str, Tensor]:
    """Small random values under every published key of a model with these sizes."""
    chance = torch.Generator().manual_seed(0)
    state = {key: 0.05 * torch.randn(shape, generator=chance) for key, shape in xtts_shapes(config).items()}
    for key, value in state.items():
        if key.endswith(("running_var", "original0", "mel_stats")):
            value.abs_().add_(1)
        if key.endswith("num_batches_tracked"):
            state[key] = torch.tensor(1)
    return state


def small_voice(folder: Path, precision: str = "float32") -> XTTSVoice:
    """The goldens' model, loaded from disk like any other."""
    return load_voice(write_checkpoint(folder, small_state()), precision=precision)


def small_engine(folder: Path, precision: str = "float32") -> XTTSEngine:
    """What speaks inside ``small_voice``."""
    return small_voice(folder, precision).engine
