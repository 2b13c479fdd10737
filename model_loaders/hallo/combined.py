"""The authors' combined checkpoint, latest.pth -> Hallo's networks, and both transformer encoders as an ETE block.

A table of three tables: ``net_state_dict`` (names as in net.pth, without audioproj, with or without audio modules),
``audio_transformer_encoder_state_dict`` and ``video_transformer_encoder_state_dict`` of 10 tensors each. As published,
the encoders start all-zero and never receive a gradient; the report says what a file's encoders do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from ...core.entanglement.blocks import ExplicitTransformerEncoder
from ...core.entanglement.transformer_encoder import WIDTH, TransformerEncoder
from ...core.face.hallo.networks import HalloNets
from ..checkpoints import Checkpoint, quoted
from ..file_errors import COMBINED_CHECKPOINT
from ..state_dicts import check_tensors, fill
from .networks import build_hallo

NETWORKS = "net_state_dict"
ENCODERS = {"audio": "audio_transformer_encoder_state_dict", "video": "video_transformer_encoder_state_dict"}
UNUSED = (
    "tts_model_state_dict",
    "optimizer_state_dict",
    "scheduler_state_dict",
    "epoch",
    "step",
    "global_step",
    "loss",
)
QUERY_KEY_VALUE = "mha.in_proj_weight"
ATTENTION_OUTPUT, FEED_FORWARD_OUTPUT = "mha.out_proj.weight", "ff_self.3.weight"
ENCODER_NAMES = {  # of core.entanglement.transformer_encoder.TransformerEncoder -> of the file
    "output.weight": ATTENTION_OUTPUT,
    "attention_norm.weight": "ln.weight",
    "attention_norm.bias": "ln.bias",
    "feed_norm.weight": "ff_self.0.weight",
    "feed_norm.bias": "ff_self.0.bias",
    "feed_in.weight": "ff_self.1.weight",
    "hidden_norm.weight": "ff_self.2.weight",
    "hidden_norm.bias": "ff_self.2.bias",
    "feed_out.weight": FEED_FORWARD_OUTPUT,
}


@dataclass(frozen=True)
class CombinedNets:
    """``report`` describes the content in one sentence."""

    hallo: HalloNets
    block: ExplicitTransformerEncoder
    report: str


def is_combined(checkpoint: Checkpoint) -> bool:
    return isinstance(checkpoint.content.get(NETWORKS), Mapping)


def build_combined(checkpoint: Checkpoint) -> CombinedNets:
    """Raises InputError."""
    checkpoint = replace(checkpoint, origin=COMBINED_CHECKPOINT)
    for key in checkpoint.content:
        if key not in (NETWORKS, *ENCODERS.values(), *UNUSED):
            raise checkpoint.error(f"holds {quoted(key)}, which a file of this kind does not have")
    published = {path: _encoder(checkpoint, key) for path, key in ENCODERS.items()}
    block = ExplicitTransformerEncoder()
    for path, tensors in published.items():
        fill(getattr(block, path), encoder_weights(tensors))
    hallo = build_hallo(checkpoint.nested(NETWORKS))
    active = [path for path, encoder in published.items() if not is_identity(encoder)]
    return CombinedNets(hallo, block, _report(hallo, active))


def _encoder(checkpoint: Checkpoint, key: str) -> dict[str, Tensor]:
    """One encoder's tensors, checked, in float32."""
    if key not in checkpoint.content:
        raise checkpoint.error(f"lacks {key!r}")
    encoder = checkpoint.nested(key)
    tensors = encoder.tensors()
    check_tensors(tensors, encoder_shapes(WIDTH), encoder)
    return {name: tensor.float() for name, tensor in tensors.items()}


def encoder_shapes(width: int) -> dict[str, tuple[int, ...]]:
    """What each of the file's two encoders holds."""
    own = TransformerEncoder(width).state_dict()
    shapes: dict[str, tuple[int, ...]] = {name: own[module].shape for module, name in ENCODER_NAMES.items()}
    return shapes | {QUERY_KEY_VALUE: (3 * width, width)}


def encoder_weights(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The file's names -> those of ``core.entanglement.transformer_encoder.TransformerEncoder``."""
    query, key, value = published[QUERY_KEY_VALUE].chunk(3)  # [3 C, C] -> 3 x [C, C]
    projections = {"query.weight": query, "key.weight": key, "value.weight": value}
    return projections | {own: published[name] for own, name in ENCODER_NAMES.items()}


def is_identity(published: Mapping[str, Tensor]) -> bool:
    """Whether an encoder changes nothing, because both of its residual branches end in zeros."""
    return not published[ATTENTION_OUTPUT].any() and not published[FEED_FORWARD_OUTPUT].any()


def _report(hallo: HalloNets, active: Sequence[str]) -> str:
    """``active`` are the paths whose encoder changes something."""
    if active:
        encoders = f"the {' and '.join(active)} encoder{'s change' if len(active) > 1 else ' changes'} what passes"
    else:
        encoders = "the encoders are the identity: this is plain Hallo"
    audio = "with audio modules" if hallo.denoising_unet.config.audio else "without audio modules"
    projection = "" if hallo.audio_projection else "; it has no audio projection, so speech does not move the lips"
    return f"Combined checkpoint {audio}; {encoders}{projection}."
