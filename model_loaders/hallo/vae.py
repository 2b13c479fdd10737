"""Stable Diffusion 1.5's VAE -> VAE, in float32. Three layouts of names are read:

- diffusers with ``to_q`` and so on in the attention, the module's own names
- diffusers with the old names ``query``, ``key``, ``value``, ``proj_attn``, as sd-vae-ft-mse is published
- CompVis, as in vae-ft-mse-840000-ema-pruned and in whole Stable Diffusion checkpoints (``first_stage_model.``)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from ...core.face.hallo.config import VAEConfig
from ...core.face.hallo.vae import VAE
from ..checkpoints import read_checkpoint
from ..file_errors import VAE_CHECKPOINT
from ..state_dicts import check_tensors, fill, shapes_of

LEVEL = "encoder.down_blocks.{}.resnets.0.conv1.weight"
LATENT = "post_quant_conv.weight"
OLD_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
COMPVIS_ATTENTION = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}
TRAINING_ONLY = ("loss.", "model_ema.")
IN_STABLE_DIFFUSION = "first_stage_model."


def load_vae(path: str | Path) -> VAE:
    """Raises InputError when the file holds no such VAE."""
    checkpoint = read_checkpoint(path, VAE_CHECKPOINT).nested("state_dict")
    tensors = module_tensors(checkpoint.tensors())
    with checkpoint.parsing(), torch.device("meta"):
        net = VAE(vae_config(tensors))
    check_tensors(tensors, shapes_of(net), checkpoint)
    fill(net, tensors)
    return net.float()


def vae_config(tensors: Mapping[str, Tensor]) -> VAEConfig:
    """Sizes, read off tensors with the module's names. Raises KeyError with the first name that is missing."""
    widths = [tensors[LEVEL.format(0)].shape[0]]
    while (weight := tensors.get(LEVEL.format(len(widths)))) is not None:
        widths.append(weight.shape[0])
    return VAEConfig(tuple(widths), latent=tensors[LATENT].shape[0])


def module_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of any layout under the module's names; 1 x 1 convolutions of the attention become linear layers."""
    if any(name.startswith(IN_STABLE_DIFFUSION) for name in tensors):
        tensors = {
            name.removeprefix(IN_STABLE_DIFFUSION): tensor
            for name, tensor in tensors.items()
            if name.startswith(IN_STABLE_DIFFUSION)
        }
    kept = {name: tensor for name, tensor in tensors.items() if not name.startswith(TRAINING_ONLY)}
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
    """CompVis numbers the decoder's levels from the finest, and the blocks of the middle from one."""
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
