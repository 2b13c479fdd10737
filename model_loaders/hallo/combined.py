"""The authors' combined checkpoint, latest.pth -> Hallo's networks, and both transformer encoders as an ETE block.

A table of three tables: ``net_state_dict`` (names as in net.pth, without audioproj, with or without audio modules),
``audio_transformer_encoder_state_dict`` and ``video_transformer_encoder_state_dict`` of 10 tensors each. As published,
the encoders start all-zero and never receive a gradient; what a file really holds is looked at and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...core.entanglement.block import WIDTH, TransformerEncoder
from ...core.entanglement.encoders import ExplicitTransformerEncoder
from ...core.face.hallo.networks import HalloNets
from ..checkpoints import (
    Origin,
    check_tensors,
    fill,
    only_tensors,
)
from .unets import build_hallo

ORIGIN = Origin("combined checkpoint", "github.com/narratingForYou/NarratingForYou")
NET = "net_state_dict"
ENCODERS = {"audio": "audio_transformer_encoder_state_dict", "video": "video_transformer_encoder_state_dict"}
OTHERS = (
    "tts_model_state_dict",
    "optimizer_state_dict",
    "scheduler_state_dict",
    "epoch",
    "step",
    "global_step",
    "loss",
)
QUERY_KEY_VALUE = "mha.in_proj_weight"
NAMES = {
    "output.weight": "mha.out_proj.weight",
    "attention_norm.weight": "ln.weight",
    "attention_norm.bias": "ln.bias",
    "feed_norm.weight": "ff_self.0.weight",
    "feed_norm.bias": "ff_self.0.bias",
    "feed_in.weight": "ff_self.1.weight",
    "hidden_norm.weight": "ff_self.2.weight",
    "hidden_norm.bias": "ff_self.2.bias",
    "feed_out.weight": "ff_self.3.weight",
}


@dataclass(frozen=True)
class Combined:
    """``report`` says in plain words what the file holds."""

    nets: HalloNets
    block: ExplicitTransformerEncoder
    report: str


def is_combined(loaded: Mapping[str, Any]) -> bool:
    """Told by its keys alone."""
    return isinstance(loaded.get(NET), Mapping)


def build_combined(loaded: Mapping[str, Any], path: str | Path) -> Combined:
    """From what ``read_checkpoint`` read. Raises InputError."""
    surplus = sorted(set(loaded) - {NET, *ENCODERS.values(), *OTHERS})
    if surplus:
        raise ORIGIN.refuse(path, f"holds {surplus[0]!r} beside what belongs there")
    nets = build_hallo(only_tensors(loaded[NET], path, ORIGIN), path, ORIGIN)
    block = ExplicitTransformerEncoder()
    identities = {}
    for kind, key in ENCODERS.items():
        published = only_tensors(loaded.get(key, {}), path, ORIGIN)
        check_tensors(published, published_shapes(WIDTH), path, ORIGIN)
        fill(getattr(block, kind), {name: tensor.float() for name, tensor in encoder_weights(published).items()})
        identities[kind] = is_identity(published)
    return Combined(nets, block, _report(nets, identities))


def published_shapes(width: int) -> dict[str, torch.Size]:
    own = {name: tensor.shape for name, tensor in TransformerEncoder(width).state_dict().items()}
    return {name: own[ours] for ours, name in NAMES.items()} | {QUERY_KEY_VALUE: torch.Size([3 * width, width])}


def encoder_weights(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Their TransformerEncoderSA's names -> those of ``core.entanglement.block.TransformerEncoder``."""
    query, key, value = published[QUERY_KEY_VALUE].chunk(3)
    projections = {"query.weight": query, "key.weight": key, "value.weight": value}
    return projections | {own: published[name] for own, name in NAMES.items()}


def is_identity(published: Mapping[str, Tensor]) -> bool:
    """Whether an encoder changes nothing: both of its residual branches end in zero."""
    return not published["mha.out_proj.weight"].any() and not published["ff_self.3.weight"].any()


def _report(nets: HalloNets, identities: Mapping[str, bool]) -> str:
    if all(identities.values()):
        encoders = "the encoders are the identity: this is plain Hallo"
    else:
        kinds = [kind for kind, identity in identities.items() if not identity]
        encoders = f"the {' and '.join(kinds)} encoder{'s change' if len(kinds) > 1 else ' changes'} what passes"
    audio = "with audio modules" if nets.denoising_unet.config.audio else "without audio modules"
    projection = "" if nets.audio_projection else "; it has no audio projection, so the face does not hear the speech"
    return f"Combined checkpoint {audio}; {encoders}{projection}."
