"""Stable Diffusion 1.5's VAE -> VAE, in single floats. Three layouts of names are known:

- diffusers with ``to_q`` and so on in the attention (the module's own names)
- diffusers with the old names ``query``, ``key``, ``value``, ``proj_attn``, as sd-vae-ft-mse is published
- CompVis, as vae-ft-mse-840000-ema-pruned and whole checkpoints (``first_stage_model.``) have it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...core.face.hallo.config import VAEConfig
from ...core.face.hallo.vae import VAE
from ..checkpoints import (
    Origin,
    check_tensors,
    fill,
    only_tensors,
    read_checkpoint,
    shapes_of,
)

ORIGIN = Origin(
    "VAE checkpoint", "huggingface.co/stabilityai/sd-vae-ft-mse (diffusion_pytorch_model.safetensors, 335 MB)"
)
GUIDE = "encoder.conv_in.weight"
OLD_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
COMPVIS_ATTENTION = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}
OUTSIDE = ("loss.", "model_ema.")
FROM_CHECKPOINT = "first_stage_model."


def load_vae(path: str | Path) -> VAE:
    """Raises InputError when the file is no such VAE."""
    tensors = only_tensors(read_checkpoint(path, ORIGIN), path, ORIGIN)
    named = own_names(tensors)
    if GUIDE not in named:
        raise ORIGIN.refuse(path, f"is another kind of checkpoint, it lacks {GUIDE}")
    with torch.device("meta"):
        net = VAE(read_config(named))
    check_tensors(named, shapes_of(net), path, ORIGIN)
    fill(net, named)
    return net.float()


def read_config(tensors: Mapping[str, Tensor]) -> VAEConfig:
    widths: list[int] = []
    while (weight := tensors.get(f"encoder.down_blocks.{len(widths)}.resnets.0.conv1.weight")) is not None:
        widths.append(weight.shape[0])
    latent = tensors["post_quant_conv.weight"].shape[0] if "post_quant_conv.weight" in tensors else 4
    return VAEConfig(tuple(widths) or VAEConfig().channels, latent=latent)


def own_names(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Whatever the layout, the module's names; 1 x 1 convolutions of the attention become linear layers."""
    if any(name.startswith(FROM_CHECKPOINT) for name in tensors):
        tensors = {
            name.removeprefix(FROM_CHECKPOINT): tensor
            for name, tensor in tensors.items()
            if name.startswith(FROM_CHECKPOINT)
        }
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(OUTSIDE)}
    compvis = any(name.startswith("encoder.down.") for name in kept)
    levels = 1 + max((int(number) for name in kept for number in re.findall(r"^decoder\.up\.(\d+)\.", name)), default=0)
    rename = (lambda name: from_compvis(name, levels)) if compvis else from_diffusers
    return {rename(name): _as_linear(name, tensor) for name, tensor in kept.items()}


def from_diffusers(name: str) -> str:
    """Old names of the attention -> new ones; anything else stays."""
    return re.sub(
        r"(attentions\.0\.)(query|key|value|proj_attn)\.", lambda found: f"{found[1]}{OLD_ATTENTION[found[2]]}.", name
    )


def from_compvis(name: str, levels: int) -> str:
    """Its decoder counts levels from the finest, its middle numbers blocks from one."""
    name = re.sub(r"^encoder\.down\.(\d+)\.block\.", r"encoder.down_blocks.\1.resnets.", name)
    name = re.sub(r"^encoder\.down\.(\d+)\.downsample\.", r"encoder.down_blocks.\1.downsamplers.0.", name)
    name = re.sub(r"^decoder\.up\.(\d+)\.", lambda found: f"decoder.up_blocks.{levels - 1 - int(found[1])}.", name)
    name = re.sub(r"^(decoder\.up_blocks\.\d+)\.block\.", r"\1.resnets.", name)
    name = re.sub(r"^(decoder\.up_blocks\.\d+)\.upsample\.", r"\1.upsamplers.0.", name)
    name = re.sub(r"\.mid\.block_(\d)\.", lambda found: f".mid_block.resnets.{int(found[1]) - 1}.", name)
    name = re.sub(
        r"\.mid\.attn_1\.(norm|q|k|v|proj_out)\.",
        lambda found: f".mid_block.attentions.0.{COMPVIS_ATTENTION[found[1]]}.",
        name,
    )
    return name.replace(".nin_shortcut.", ".conv_shortcut.").replace(".norm_out.", ".conv_norm_out.")


def _as_linear(name: str, tensor: Tensor) -> Tensor:
    attention = re.search(r"\.(attn_1|attentions\.0)\.", name)
    return tensor[:, :, 0, 0] if attention and tensor.ndim == 4 and tensor.shape[2:] == (1, 1) else tensor
