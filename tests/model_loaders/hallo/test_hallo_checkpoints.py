"""Every key of the published files is read; what loads is what was saved; impossible sizes are refused."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hallo_goldens import DATA
from narrating_face.core.errors import InputError
from narrating_face.core.face.hallo.arcface import ArcFace
from narrating_face.core.face.hallo.vae import VAE
from narrating_face.model_loaders.checkpoints import Checkpoint
from narrating_face.model_loaders.hallo import (
    FaceFiles,
    load_any_hallo,
    load_arcface,
    load_face,
    load_hallo,
    load_vae,
    load_wav2vec2,
)
from narrating_face.model_loaders.hallo.combined import ENCODERS, encoder_shapes
from narrating_face.model_loaders.hallo.networks import build_hallo, hallo_config, hallo_shapes
from narrating_face.model_loaders.hallo.vae import module_tensors, vae_config
from narrating_face.model_loaders.origins import COMBINED_CHECKPOINT, HALLO_CHECKPOINT, VAE_CHECKPOINT
from narrating_face.model_loaders.state_dicts import check_tensors, shapes_of
from safetensors.torch import save_file
from tiny_hallo import tiny_nets
from tiny_hallo_files import combined, diffusers_vae, hallo_tensors, write_files, write_wav2vec2

FULL_SIZE = """
import resource, sys, torch
from narrating_face.model_loaders.hallo import load_hallo
import narrating_face.core.face.hallo.clips
torch.load(sys.argv[1], map_location="meta", weights_only=True, mmap=True)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
nets = load_hallo(sys.argv[1])
tensors = [tensor for _, net in nets.named() for tensor in net.state_dict().values()]
touched = sum(tensor.flatten()[::1024].sum().item() for tensor in tensors)
held = sum(tensor.numel() * tensor.element_size() for tensor in tensors)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(len(tensors), {str(tensor.dtype) for tensor in tensors} == {"torch.float16"}, held, peak - before, touched)
"""


def manifest() -> dict[str, dict[str, torch.Size]]:
    raw = json.loads(gzip.decompress((DATA / "manifest.json.gz").read_bytes()))
    kinds = ("net", "vae", "latest")
    return {kind: {name: torch.Size(shape) for name, (_, shape) in raw[kind].items()} for kind in kinds}


def on_meta(shapes: dict[str, torch.Size]) -> dict[str, torch.Tensor]:
    return {name: torch.empty(shape, dtype=torch.float16, device="meta") for name, shape in shapes.items()}


def test_every_key_of_net_pth_is_consumed():
    tensors = on_meta(manifest()["net"])
    assert len(tensors) == 2656
    nets = build_hallo(Checkpoint(Path("net.pth"), HALLO_CHECKPOINT, tensors))
    kept = sum(len(net.state_dict()) for _, net in nets.named())
    assert kept == 2656 - 140
    assert sum(p.numel() for p in nets.reference_net.parameters()) == 859_520_964 - 4 * 9 * 320 - 4 - 640


@pytest.mark.parametrize("audio_modules", [True, False])
def test_every_key_of_the_combined_checkpoint_is_consumed(audio_modules: bool):
    listed = manifest()["latest"]
    assert len(listed) == 2668
    net = {name.removeprefix("net_state_dict/"): s for name, s in listed.items() if name.startswith("net_state_dict/")}
    if not audio_modules:
        net = {name: shape for name, shape in net.items() if ".audio_modules." not in name}
    nets = build_hallo(Checkpoint(Path("latest.pth"), COMBINED_CHECKPOINT, on_meta(net)))
    assert (nets.denoising_unet.config.audio is not None) == audio_modules and nets.audio_projection is None
    for key in ENCODERS.values():
        own = {name.removeprefix(f"{key}/"): s for name, s in listed.items() if name.startswith(f"{key}/")}
        assert own == encoder_shapes(512)


def test_every_key_of_the_vae_is_consumed_in_all_layouts():
    listed = manifest()["vae"]
    old = {name: torch.empty(shape) for name, shape in listed.items()}
    compvis = {to_compvis(name): _as_convolution(name, tensor) for name, tensor in old.items()}
    assert "encoder.mid.attn_1.q.weight" in compvis and "decoder.up.3.block.2.norm1.weight" in compvis
    whole = {f"first_stage_model.{name}": tensor for name, tensor in compvis.items()} | {"model.x": torch.empty(1)}
    for layout in (old, compvis, whole, compvis | {"loss.logvar": torch.empty(1)}):
        named = module_tensors(layout)
        with torch.device("meta"):
            net = VAE(vae_config(named))
        check_tensors(named, shapes_of(net), Checkpoint(Path("vae"), VAE_CHECKPOINT, named))
        assert len(named) == 248


def to_compvis(name: str) -> str:
    """The published diffusers name in the older layout, rule by rule."""
    parts = name.split(".")
    if parts[1] == "mid_block":
        if parts[2] == "resnets":
            return ".".join([parts[0], "mid", f"block_{int(parts[3]) + 1}", *_norms(parts[4:])])
        attention = {"group_norm": "norm", "query": "q", "key": "k", "value": "v", "proj_attn": "proj_out"}
        return ".".join([parts[0], "mid", "attn_1", attention[parts[4]], parts[5]])
    if parts[1] in ("down_blocks", "up_blocks"):
        down = parts[1] == "down_blocks"
        level = parts[2] if down else str(3 - int(parts[2]))
        if parts[3] == "resnets":
            return ".".join([parts[0], "down" if down else "up", level, "block", parts[4], *_norms(parts[5:])])
        return ".".join([parts[0], "down" if down else "up", level, "downsample" if down else "upsample", *parts[5:]])
    return name.replace("conv_norm_out", "norm_out")


def _norms(parts: list[str]) -> list[str]:
    return ["nin_shortcut" if part == "conv_shortcut" else part for part in parts]


def _as_convolution(name: str, tensor: torch.Tensor) -> torch.Tensor:
    attention = any(f".{kind}.weight" in name for kind in ("query", "key", "value", "proj_attn"))
    return tensor[..., None, None] if attention else tensor


@pytest.mark.slow
def test_a_full_size_file_loads_with_its_weights_in_memory_once(tmp_path: Path):
    if shutil.disk_usage(tmp_path).free < 7e9:
        pytest.skip("needs 5 GB of disk for a while")
    path = tmp_path / "net.pth"
    torch.save({name: torch.zeros(shape, dtype=torch.float16) for name, shape in manifest()["net"].items()}, path)
    try:
        done = subprocess.run([sys.executable, "-c", FULL_SIZE, path], capture_output=True, text=True, check=True)
    finally:
        path.unlink()
    count, half, held, grown, touched = done.stdout.split()
    assert (count, half, float(touched)) == (str(2656 - 140), "True", 0.0)
    assert int(grown) <= 1.2 * int(held), f"{int(grown) / int(held):.2f} times the weights"


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
    compvis = {to_compvis(name): _as_convolution(name, tensor) for name, tensor in old.items()}
    for number, layout in enumerate((old, diffusers_vae(old_names=False), compvis)):
        path = tmp_path / f"vae{number}.safetensors"
        save_file({name: tensor.contiguous() for name, tensor in layout.items()}, str(path))
        assert torch.equal(load_vae(path).encode(pixels), wanted)


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


def test_the_combined_checkpoint_is_recognised_by_its_keys(tmp_path: Path):
    path = tmp_path / "latest.pth"
    torch.save(combined(audio_modules=False), path)
    nets, blocks, report = load_any_hallo(path)
    assert "identity" in report and "without audio modules" in report and "does not move the lips" in report
    tokens = torch.randn(1, 5, 512)
    assert torch.equal(blocks["ete"].video(tokens, torch.randn(1, 3, 512)), tokens)
    torch.save(combined(trained=True), path)
    nets, blocks, report = load_any_hallo(path)
    assert "identity" not in report and nets.denoising_unet.config.audio == 16
    assert not torch.equal(blocks["ete"].video(tokens, torch.randn(1, 3, 512)), tokens)


def test_a_missing_audio_projection_comes_from_hallos_own_file(tmp_path: Path):
    write_files(tmp_path)
    torch.save(combined(), tmp_path / "latest.pth")
    files = FaceFiles(
        tmp_path / "latest.pth", tiny_nets().vae, tmp_path / "wav2vec2" / "wav2vec2-base-960h.safetensors"
    )
    assert not load_face(files).face.decoder_nets.audio_conditioned
    own = FaceFiles(files.hallo, files.vae, files.wav2vec2, audio_projection=tmp_path / "hallo" / "net.pth")
    assert load_face(own).face.decoder_nets.audio_conditioned


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


def test_arcface_of_any_depth(tmp_path: Path):
    net = ArcFace((1, 2, 1, 1)).eval()
    path = tmp_path / "face.pth"
    torch.save({f"module.{name}": tensor for name, tensor in net.state_dict().items()}, path)
    crop = torch.rand(1, 3, 112, 112)
    assert torch.allclose(load_arcface(path).embed(crop), net.embed(crop))


def test_shapes_are_read_off_the_file():
    config = hallo_config(hallo_tensors())
    assert (config.unet.channels, config.unet.context, config.unet.audio) == ((32, 32, 64, 64), 24, 16)
    assert set(hallo_shapes(tiny_nets().hallo)) == set(hallo_tensors())
