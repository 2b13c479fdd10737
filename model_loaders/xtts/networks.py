"""An XTTS-v2 checkpoint -> XTTSNets, its GPT in any precision of ``LINEARS``.

Networks are built without storage and take the file's memory-mapped tensors as they are. The GPT's linear layers are
laid out anew; for that the file is opened for every few layers and closed before the next, so that memory stays near
the weights' own size.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from ...core.errors import InputError
from ...core.runtime.allocator import low_retention, trim
from ...core.voice.xtts.linear import LINEARS, MakeLinear, replace_linears
from ...core.voice.xtts.linear_float32 import OutputMajorLinear
from ...core.voice.xtts.nets import XTTSNets
from ..gpt2 import fill_masks
from .check import checked_config
from .checkpoint import published_tensors, read_xtts
from .meta_networks import build_on_meta
from .names import DIRECTION, GAIN, module_name

LAYERS_AT_ONCE = 2
VOCODER_KEYS = re.compile(r"hifigan_decoder\.waveform_decoder\.")
ENCODER_KEYS = re.compile(r"mel_stats|gpt\.conditioning|hifigan_decoder\.speaker_encoder\.")
EMBEDDING_KEYS = re.compile(r"gpt\.(?!conditioning|gpt\.h\.)")  # and heads and final norms: the GPT but for its layers


@torch.inference_mode(False)  # weights are ordinary tensors, also for a caller in inference mode
def load_networks(path: Path, precision: str = "float32", trainable: bool = False) -> XTTSNets:
    """All networks of a checkpoint, ready for use on the CPU. Raises InputError.

    ``trainable`` keeps all weights as float32 parameters, where the fastest layers for speech would pack them.
    """
    if precision not in LINEARS:
        raise InputError(f"precision is {precision!r}: choose one of {', '.join(LINEARS)}.")
    if trainable and precision != "float32":
        raise InputError(f"precision is {precision}, in which weights cannot be trained: choose float32.")
    nets = build_on_meta(checked_config(read_xtts(path)))
    with low_retention():
        _fill_layers(nets, path, OutputMajorLinear if trainable else LINEARS[precision])
    _map_tensors(nets, path, VOCODER_KEYS)
    for value in nets.vocoder.parameters():
        value.data = value.data.clone()  # so that the mapping, with the unfolded weights, is released
    _map_tensors(nets, path, EMBEDDING_KEYS)
    _map_tensors(nets, path, ENCODER_KEYS)
    _fill_absent(nets)
    trim()
    return nets.eval().requires_grad_(False)


@torch.inference_mode(False)
def release_encoders(nets: XTTSNets, path: Path) -> None:
    """Release the memory of the voice encoders; their weights are read from the file again when they are used."""
    if nets.gpt.code_head.weight.device.type == "cpu":
        _map_tensors(nets, path, ENCODER_KEYS)
        nets.requires_grad_(False)
        trim()


def _map_tensors(nets: XTTSNets, path: Path, keys: re.Pattern[str]) -> None:
    """Make the networks' tensors of the matching published keys views of the file, none of them read yet."""
    nets.load_state_dict(module_state(_selected(path, keys.match)), strict=False, assign=True)


def _fill_layers(nets: XTTSNets, path: Path, make: MakeLinear) -> None:
    """The GPT's layers, a few at a time, with linear layers of the kind that ``make`` makes."""
    layers = list(nets.gpt.stack.h.children())
    for first in range(0, len(layers), LAYERS_AT_ONCE):
        chosen = range(first, min(first + LAYERS_AT_ONCE, len(layers)))
        prefixes = tuple(f"gpt.gpt.h.{index}." for index in chosen)
        nets.load_state_dict(
            module_state(_selected(path, lambda key, prefixes=prefixes: key.startswith(prefixes))),
            strict=False,
            assign=True,
        )
        for index in chosen:
            replace_linears(layers[index], make)
            for value in layers[index].parameters():
                value.data = value.data.clone() if value.ndim == 1 else value.data  # linear weights are copies already
        trim()


def _selected(path: Path, wanted: Callable[[str], object]) -> dict[str, Tensor]:
    """Tensors of the file by published key."""
    return {key: tensor for key, tensor in published_tensors(read_xtts(path)).items() if wanted(key)}


def module_state(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors by module name, in float32, weight norm folded in."""
    state: dict[str, Tensor] = {}
    for key, tensor in tensors.items():
        if key.endswith(GAIN) or (name := module_name(key.replace(DIRECTION, "weight"))) is None:
            continue
        value = tensor.float() if tensor.is_floating_point() else tensor
        if key.endswith(DIRECTION):
            value = fold_weight_norm(tensors[key.replace(DIRECTION, GAIN)].float(), value)
        state[name] = value
    return state


def fold_weight_norm(gain: Tensor, direction: Tensor) -> Tensor:
    """Gain [N, 1, 1], direction [N, C, K] -> a convolution's weight, each first index at length ``gain``."""
    return direction * (gain / direction.norm(dim=(1, 2), keepdim=True))


def _fill_absent(nets: XTTSNets) -> None:
    """Tensors that the stack has and the checkpoint has not: unused embeddings, and causal masks of transformers 4."""
    stack = nets.gpt.stack
    stack.wte.weight = torch.nn.Parameter(torch.zeros(stack.wte.weight.shape))
    stack.wpe.weight = torch.nn.Parameter(torch.zeros(stack.wpe.weight.shape))
    fill_masks(stack)
