"""Sizes that cannot be read off a file, or would never end, are refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.model_loaders.checkpoints import Checkpoint
from narrating_face.model_loaders.file_errors import HALLO_CHECKPOINT
from narrating_face.model_loaders.hallo import load_any_hallo, load_arcface, load_wav2vec2
from narrating_face.model_loaders.hallo.networks import build_hallo
from safetensors.torch import save_file
from tiny_hallo_files import combined, hallo_tensors, write_wav2vec2


@pytest.mark.slow
def test_a_combined_checkpoint_with_faulty_networks(tmp_path: Path):
    content = combined()
    del content["net_state_dict"]["face_locator.conv_out.bias"]
    torch.save(content, tmp_path / "latest.pth")
    with pytest.raises(InputError, match=r"combined checkpoint 'latest\.pth' lacks 'face_locator\.conv_out\.bias'"):
        load_any_hallo(tmp_path / "latest.pth")
    torch.save(content | {"word": "surplus"}, tmp_path / "latest.pth")
    with pytest.raises(InputError, match="holds 'word'"):
        load_any_hallo(tmp_path / "latest.pth")


FAULTY_SIZES = {
    "denoising_unet.conv_in.weight": torch.zeros(32, 4),
    "imageproj.proj.weight": torch.zeros(2, 3, 4),
    "denoising_unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight": torch.zeros(32, 0),
    "denoising_unet.down_blocks.0.resnets.0.conv1.weight": torch.zeros(7, 7, 3, 3),
    "audioproj.norm.weight": torch.zeros(0),
}


@pytest.mark.parametrize("name", FAULTY_SIZES)
def test_tensors_that_sizes_cannot_be_read_from(name: str):
    checkpoint = Checkpoint(Path("net.pth"), HALLO_CHECKPOINT, hallo_tensors() | {name: FAULTY_SIZES[name]})
    with pytest.raises(InputError, match=r"'net\.pth' has impossible shapes"):
        build_hallo(checkpoint)


@pytest.mark.parametrize("sizes", ["[]", "not json", '{"hidden_size": "wide"}', '{"hidden_act": "none"}'])
def test_a_wrong_configuration_of_wav2vec2_is_named(tmp_path: Path, sizes: str):
    write_wav2vec2(tmp_path)
    (tmp_path / "config.json").write_text(sizes)
    with pytest.raises(InputError, match=r"'config\.json' does not describe") as refused:
        load_wav2vec2(tmp_path / "wav2vec2-base-960h.safetensors")
    assert "\n" not in str(refused.value)


def test_an_endless_arcface_is_refused(tmp_path: Path):
    """The number in a key is not the number of layers to build."""
    tensors = {f"layer{layer}.{10**9}.bn1.weight": torch.zeros(1) for layer in range(1, 5)}
    save_file(tensors, tmp_path / "face.safetensors")
    with pytest.raises(InputError, match=r"'face\.safetensors' lacks"):
        load_arcface(tmp_path / "face.safetensors")
