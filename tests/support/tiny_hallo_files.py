"""Tiny checkpoints of random weights in the real key layouts, as files that a user would bring."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from narrating_face.core.face.hallo.arcface import ArcFace
from narrating_face.model_loaders.hallo.combined import encoder_shapes
from narrating_face.model_loaders.hallo.networks import PREFIXES, unused_shapes
from safetensors.torch import save_file
from tiny_hallo import SPEECH, tiny_nets
from torch import Tensor, nn
from transformers import Wav2Vec2Model


def hallo_tensors(dtype: torch.dtype = torch.float16) -> dict[str, Tensor]:
    """All that a net.pth of these sizes holds, the unused motion modules included."""
    hallo = tiny_nets().hallo
    tensors = {
        PREFIXES[name] + key: tensor.to(dtype)
        for name, net in hallo.named()
        for key, tensor in net.state_dict().items()
    }
    return tensors | {name: torch.zeros(shape, dtype=dtype) for name, shape in unused_shapes(hallo).items()}


def combined(audio_modules: bool = True, trained: bool = False) -> dict[str, dict[str, Tensor]]:
    """A latest.pth; as the authors' code leaves it, or with encoders that do something."""
    net = {name: tensor for name, tensor in hallo_tensors().items() if not name.startswith("audioproj.")}
    if not audio_modules:
        net = {name: tensor for name, tensor in net.items() if ".audio_modules." not in name}
    fill = 0.01 if trained else 0.0
    encoder = {name: torch.full(shape, fill) for name, shape in encoder_shapes(512).items()}
    return {
        "net_state_dict": net,
        "audio_transformer_encoder_state_dict": encoder,
        "video_transformer_encoder_state_dict": dict(encoder),
    }


def diffusers_vae(old_names: bool = True) -> dict[str, Tensor]:
    vae = tiny_nets().vae
    assert isinstance(vae, nn.Module)
    names = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"} if old_names else {}
    tensors = {}
    for name, tensor in vae.state_dict().items():
        for new, old in names.items():
            name = name.replace(f"attentions.0.{new}.", f"attentions.0.{old}.")
        tensors[name] = tensor.clone()
    return tensors


def write_files(folder: Path) -> None:
    """``folder``/hallo/net.pth, vae/…, wav2vec2/…, arcface/… ."""
    for name in ("hallo", "vae", "wav2vec2", "arcface"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    torch.save(hallo_tensors(), folder / "hallo" / "net.pth")
    save_file(diffusers_vae(), str(folder / "vae" / "vae-ft-mse-840000-ema-pruned.safetensors"))
    write_wav2vec2(folder / "wav2vec2")
    torch.manual_seed(1)
    torch.save(ArcFace((1, 1, 1, 1)).state_dict(), folder / "arcface" / "tiny.pth")


def write_wav2vec2(folder: Path) -> None:
    torch.manual_seed(2)
    model = Wav2Vec2Model(SPEECH)
    tensors = {f"wav2vec2.{name}": tensor.clone() for name, tensor in model.state_dict().items()}
    for ours, theirs in (("original0", "weight_g"), ("original1", "weight_v")):
        key = f"wav2vec2.encoder.pos_conv_embed.conv.parametrizations.weight.{ours}"
        tensors[f"wav2vec2.encoder.pos_conv_embed.conv.{theirs}"] = tensors.pop(key)
    save_file(tensors | {"lm_head.weight": torch.zeros(8, 16)}, str(folder / "wav2vec2-base-960h.safetensors"))
    (folder / "config.json").write_text(json.dumps(SPEECH.to_dict()))
