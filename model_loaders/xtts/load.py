"""An XTTS-v2 checkpoint -> ``core.families.xtts.voice.XTTSVoice``, its GPT in any precision of ``LINEARS``.

Networks are built without storage and take the file's memory-mapped tensors as they are. The GPT's linear layers are
laid out anew; for that the file is opened for every few layers and let go before the next, so that memory stays near
the weights' own size.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from ...core.errors import InputError
from ...core.families.xtts.voice import XTTSVoice
from ...core.runtime.allocator import low_retention, trim
from ...core.text.xtts.tokenizer import SpeechTokenizer
from ...core.voice.xtts.linear import LINEARS, MakeLinear, replace_linears
from ...core.voice.xtts.linear_float32 import OutputMajorLinear
from ...core.voice.xtts.model import XTTSEngine
from ...core.voice.xtts.nets import XTTSNets
from ..gpt2 import fill_masks
from .check import checked_config
from .files import SOURCE, read_checkpoint
from .names import DIRECTION, GAIN, module_name
from .shell import shell

LAYERS_AT_ONCE = 2
BLOCKS = "gpt.gpt.h."
VOCODER = re.compile(r"hifigan_decoder\.waveform_decoder\.")
ENCODERS = re.compile(r"mel_stats|gpt\.conditioning|hifigan_decoder\.speaker_encoder\.")
TABLES = re.compile(r"gpt\.(?!conditioning|gpt\.h\.)")


def load_voice(
    path: str | Path, precision: str = "float32", preset: str = "xtts", faithful_text: bool = False
) -> XTTSVoice:
    """The checkpoint with the ``vocab.json`` beside it; the rest as ``XTTSEngine`` takes it. Raises InputError."""
    path = Path(path)
    tokenizer = load_tokenizer(path.with_name("vocab.json"))
    nets = load_networks(path, precision)
    if tokenizer.rows > nets.config.gpt.text_tokens:
        raise InputError(
            f"vocabulary has ids up to {tokenizer.rows - 1}, but {path.name!r} has {nets.config.gpt.text_tokens} text "
            "tokens: use the vocab.json that belongs to the checkpoint."
        )
    engine = XTTSEngine(nets, tokenizer, preset, faithful_text, partial(forget_encoders, nets, path))
    return XTTSVoice(engine)


def load_tokenizer(path: Path) -> SpeechTokenizer:
    """``vocab.json`` as the checkpoint's tokenizer. Raises InputError."""
    if not path.is_file():
        raise InputError(f"vocabulary {path.name!r} is not beside the checkpoint: {SOURCE}.")
    try:
        return SpeechTokenizer.from_file(path)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"vocabulary {path.name!r} could not be read as a tokenizer: {SOURCE}.") from error


@torch.inference_mode(False)  # weights are ordinary tensors, whoever asks for them
def load_networks(path: Path, precision: str = "float32", trainable: bool = False) -> XTTSNets:
    """All networks of a checkpoint, ready for use on the CPU. Raises InputError.

    ``trainable`` keeps all weights as parameters, in float32, where the layers that speak fastest have them packed.
    """
    if precision not in LINEARS:
        raise InputError(f"precision is {precision!r}: choose one of {', '.join(LINEARS)}.")
    if trainable and precision != "float32":
        raise InputError(f"precision is {precision}, in which weights cannot be trained: choose float32.")
    checkpoint = read_checkpoint(path)
    config = checked_config(path, checkpoint.tensors, checkpoint.heads)
    del checkpoint
    nets = shell(config)
    with low_retention():
        _fill_blocks(nets, path, OutputMajorLinear if trainable else LINEARS[precision])
    map_part(nets, path, VOCODER)
    for value in nets.vocoder.parameters():
        value.data = value.data.clone()  # so that its mapping, with the unfolded weights, is let go
    map_part(nets, path, TABLES)
    map_part(nets, path, ENCODERS)
    _fill_tables(nets)
    trim()
    return nets.eval().requires_grad_(False)


def map_part(nets: XTTSNets, path: Path, part: re.Pattern[str]) -> None:
    """Let the networks' tensors whose published names match ``part`` be views of the file, none of it read yet."""
    tensors = {key: tensor for key, tensor in read_checkpoint(path).tensors.items() if part.match(key)}
    nets.load_state_dict(state_of(tensors), strict=False, assign=True)


@torch.inference_mode(False)
def forget_encoders(nets: XTTSNets, path: Path) -> None:
    """Give back the memory of the voice encoders, which are read again from the file when they are needed."""
    if nets.gpt.code_head.weight.device.type == "cpu":
        map_part(nets, path, ENCODERS)
        nets.requires_grad_(False)
        trim()


def _fill_blocks(nets: XTTSNets, path: Path, make: MakeLinear) -> None:
    blocks = list(nets.gpt.stack.h.children())
    for first in range(0, len(blocks), LAYERS_AT_ONCE):
        layers = range(first, min(first + LAYERS_AT_ONCE, len(blocks)))
        prefixes = tuple(f"{BLOCKS}{layer}." for layer in layers)
        tensors = read_checkpoint(path).tensors
        own = {key: tensor for key, tensor in tensors.items() if key.startswith(prefixes)}
        del tensors
        nets.load_state_dict(state_of(own), strict=False, assign=True)
        for layer in layers:
            replace_linears(blocks[layer], make)
            for value in blocks[layer].parameters():
                value.data = value.data.clone() if value.ndim == 1 else value.data  # the rest is no view of the file
        del own
        trim()


def state_of(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors by module name, in float32, weight norm folded in."""
    state: dict[str, Tensor] = {}
    for key, tensor in tensors.items():
        if key.endswith(GAIN) or (name := module_name(key.replace(DIRECTION, "weight"))) is None:
            continue
        value = tensor.float() if tensor.is_floating_point() else tensor
        if key.endswith(DIRECTION):
            value = folded(tensors[key.replace(DIRECTION, GAIN)].float(), value)
        state[name] = value
    return state


def folded(gain: Tensor, direction: Tensor) -> Tensor:
    """A weight-normed convolution's weight: each first index of ``direction`` at length ``gain``."""
    return direction * (gain / direction.norm(dim=(1, 2), keepdim=True))


def _fill_tables(nets: XTTSNets) -> None:
    """What the stack has and the checkpoint does not: empty tables, and the causal masks of older transformers."""
    stack = nets.gpt.stack
    stack.wte.weight = torch.nn.Parameter(torch.zeros(stack.wte.weight.shape))
    stack.wpe.weight = torch.nn.Parameter(torch.zeros(stack.wpe.weight.shape))
    fill_masks(stack)
