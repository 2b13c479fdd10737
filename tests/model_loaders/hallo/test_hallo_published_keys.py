"""Every key of the published files is read, and a file of full size is in memory once."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from compvis_names import as_convolution, to_compvis
from hallo_goldens import DATA
from narrating_face.core.face.hallo.vae import VAE
from narrating_face.model_loaders.checkpoints import Checkpoint
from narrating_face.model_loaders.file_errors import COMBINED_CHECKPOINT, HALLO_CHECKPOINT, VAE_CHECKPOINT
from narrating_face.model_loaders.hallo.combined import ENCODERS, encoder_shapes
from narrating_face.model_loaders.hallo.networks import build_hallo, hallo_config, hallo_shapes
from narrating_face.model_loaders.hallo.vae import module_tensors, vae_config
from narrating_face.model_loaders.state_dicts import check_tensors, shapes_of
from tiny_hallo import tiny_nets
from tiny_hallo_files import hallo_tensors

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
    compvis = {to_compvis(name): as_convolution(name, tensor) for name, tensor in old.items()}
    assert "encoder.mid.attn_1.q.weight" in compvis and "decoder.up.3.block.2.norm1.weight" in compvis
    whole = {f"first_stage_model.{name}": tensor for name, tensor in compvis.items()} | {"model.x": torch.empty(1)}
    for layout in (old, compvis, whole, compvis | {"loss.logvar": torch.empty(1)}):
        named = module_tensors(layout)
        with torch.device("meta"):
            net = VAE(vae_config(named))
        check_tensors(named, shapes_of(net), Checkpoint(Path("vae"), VAE_CHECKPOINT, named))
        assert len(named) == 248


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


def test_shapes_are_read_off_the_file():
    config = hallo_config(hallo_tensors())
    assert (config.unet.channels, config.unet.context, config.unet.audio) == ((32, 32, 64, 64), 24, 16)
    assert set(hallo_shapes(tiny_nets().hallo)) == set(hallo_tensors())
