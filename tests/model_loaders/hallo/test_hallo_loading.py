"""What loads is what was saved, from every layout and with every file that may be absent."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from compvis_names import as_convolution, to_compvis
from narrating_face.core.entanglement.blocks import ExplicitTransformerEncoder
from narrating_face.core.face.hallo.arcface import ArcFace
from narrating_face.model_loaders.hallo import (
    FaceFiles,
    load_any_hallo,
    load_arcface,
    load_face,
    load_hallo,
    load_vae,
    load_wav2vec2,
)
from safetensors.torch import save_file
from tiny_hallo import tiny_nets
from tiny_hallo_files import combined, diffusers_vae, hallo_tensors, write_files


def test_what_loads_is_what_was_saved(tmp_path: Path):
    write_files(tmp_path)
    loaded, saved = load_hallo(tmp_path / "hallo" / "net.pth"), tiny_nets().hallo
    for (name, net), (_, original) in zip(loaded.named(), saved.named(), strict=True):
        found = net.state_dict()
        for key, tensor in original.state_dict().items():
            assert found[key].dtype == torch.float16, (name, key)
            assert torch.equal(found[key], tensor.half()), (name, key)


def test_safetensors_and_both_vae_layouts_load(tmp_path: Path):
    save_file(hallo_tensors(), str(tmp_path / "net.safetensors"))
    assert load_hallo(tmp_path / "net.safetensors").audio_projection is not None
    pixels = torch.rand(1, 3, 32, 32) * 2 - 1
    wanted = tiny_nets().vae.encode(pixels)
    old = diffusers_vae(old_names=True)
    compvis = {to_compvis(name): as_convolution(name, tensor) for name, tensor in old.items()}
    for number, layout in enumerate((old, diffusers_vae(old_names=False), compvis)):
        path = tmp_path / f"vae{number}.safetensors"
        save_file({name: tensor.contiguous() for name, tensor in layout.items()}, str(path))
        assert torch.equal(load_vae(path).encode(pixels), wanted)


@pytest.mark.slow
def test_all_files_together(tmp_path: Path):
    write_files(tmp_path)
    files = FaceFiles(
        tmp_path / "hallo" / "net.pth",
        tmp_path / "vae" / "vae-ft-mse-840000-ema-pruned.safetensors",
        tmp_path / "wav2vec2" / "wav2vec2-base-960h.safetensors",
        tmp_path / "arcface" / "tiny.pth",
    )
    loaded = load_face(files, dtype=torch.float32)
    assert loaded.face.decoder_nets.audio_conditioned and "face_embedder" in loaded.face.nets()
    assert next(loaded.face.nets()["denoising_unet"].parameters()).dtype == torch.float32


def test_wav2vec2_keeps_its_weights_under_all_names(tmp_path: Path):
    write_files(tmp_path)
    net = load_wav2vec2(tmp_path / "wav2vec2" / "wav2vec2-base-960h.safetensors")
    assert not any(tensor.is_meta for tensor in net.state_dict().values())
    assert net(torch.randn(16000), 25).shape == (25, 2, 16)


def through(block: torch.nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    """The video path of a block."""
    assert isinstance(block, ExplicitTransformerEncoder)
    return block.video(tokens, torch.randn(1, 3, 512))


@pytest.mark.slow
def test_the_combined_checkpoint_is_recognised_by_its_keys(tmp_path: Path):
    path = tmp_path / "latest.pth"
    torch.save(combined(audio_modules=False), path)
    nets, blocks, report = load_any_hallo(path)
    assert "identity" in report and "without audio modules" in report and "does not move the lips" in report
    tokens = torch.randn(1, 5, 512)
    assert torch.equal(through(blocks["ete"], tokens), tokens)
    torch.save(combined(trained=True), path)
    nets, blocks, report = load_any_hallo(path)
    assert "identity" not in report and nets.denoising_unet.config.audio == 16
    assert not torch.equal(through(blocks["ete"], tokens), tokens)


@pytest.mark.slow
def test_a_missing_audio_projection_comes_from_hallos_own_file(tmp_path: Path):
    write_files(tmp_path)
    torch.save(combined(), tmp_path / "latest.pth")
    files = FaceFiles(
        tmp_path / "latest.pth", tiny_nets().vae, tmp_path / "wav2vec2" / "wav2vec2-base-960h.safetensors"
    )
    assert not load_face(files).face.decoder_nets.audio_conditioned
    own = FaceFiles(files.hallo, files.vae, files.wav2vec2, audio_projection=tmp_path / "hallo" / "net.pth")
    assert load_face(own).face.decoder_nets.audio_conditioned


def test_arcface_of_any_depth(tmp_path: Path):
    net = ArcFace((1, 2, 1, 1)).eval()
    path = tmp_path / "face.pth"
    torch.save({f"module.{name}": tensor for name, tensor in net.state_dict().items()}, path)
    crop = torch.rand(1, 3, 112, 112)
    assert torch.allclose(load_arcface(path).embed(crop), net.embed(crop))
