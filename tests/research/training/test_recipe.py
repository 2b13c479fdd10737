"""The training command on a tiny set of made-up speech: runs through, resumes, and leaves weights that load."""

import json
import random
import shutil
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from narrating_face.core.audio.pitch import fundamental, median_hz
from narrating_face.core.errors import InputError
from narrating_face.core.families.starter.nets import StarterNets
from narrating_face.core.runtime.files import save_tensors
from narrating_face.model_loaders import starter
from narrating_face.research.tools import IMAGE_SUFFIXES, list_files
from narrating_face.research.training import __main__ as recipe
from narrating_face.research.training import ablate
from narrating_face.research.training.average_weights import average_weights
from narrating_face.research.training.checkpoint import load_state, save_state
from narrating_face.research.training.collect_faces import collect_faces
from narrating_face.research.training.faces import Faces
from narrating_face.research.training.joint_batch import JointData
from narrating_face.research.training.joint_trainer import JointTrainer
from narrating_face.research.training.speech_set import SpeechSet, acoustic_durations
from narrating_face.research.training.train_generator import GeneratorTrainer
from narrating_face.research.training.voice_augmentation import (
    VoiceChange,
    sample_change,
    unchanged,
    warp_frequencies,
)
from narrating_face.research.training.weights import load_half, save_nets
from torch import nn

PHONEMES = "hˌi kˈæpt ˈɔf mˈæp."


def make_speech(folder: Path, utterances: int = 4) -> Path:
    folder.mkdir()
    lines = []
    durations = [10, *[4] * len(PHONEMES), 4]
    samples = sum(durations) * 600
    for index in range(utterances):
        time = np.arange(samples) / 24_000
        wave = 0.2 * np.sin(2 * np.pi * (110 + 20 * index) * time) * (1 + np.sin(2 * np.pi * 3 * time)) / 2
        write_flac(folder / f"{index}.flac", (wave * 32767).astype(np.int16))
        speaker = f"speaker{index % 2}"
        lines.append(
            {"id": str(index), "speaker": speaker, "text": "He capped off map.", "phonemes": PHONEMES}
            | {"durations": durations, "speed": 1.0, "samples": samples}
        )
    (folder / "meta.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    return folder


def write_flac(path: Path, samples: np.ndarray) -> None:
    with av.open(str(path), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=24_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate = 24_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_speech(tmp_path_factory.mktemp("data") / "speech")


@pytest.mark.slow
def test_recipe_runs_resumes_and_leaves_weights_that_load(speech: Path, tmp_path: Path, monkeypatch):
    run = tmp_path / "run"
    monkeypatch.setattr(SpeechSet, "split", lambda self, every=50: (self.utterances[:3], self.utterances[3:]))
    options = ["--speech", str(speech), "--portraits", str(starter.SAMPLES), "--run", str(run)]
    recipe.main([*options, "--generator-steps", "1", "--joint-steps", "3", "--tuning-steps", "1"])
    first = torch.load(run / "joint.pt", weights_only=True)
    assert first["step"] == 3
    recipe.main([*options, "--generator-steps", "2", "--joint-steps", "5", "--tuning-steps", "1"])
    second = torch.load(run / "joint.pt", weights_only=True)
    assert second["step"] == 5
    assert all(value.isfinite().all() for value in second["nets"]["nets"].values())
    for name in ("english", "face_landmarks"):
        shutil.copy(starter.WEIGHTS / f"{name}.safetensors", run)
    model = starter.load(folder=run)
    assert set(model.nets()) >= {"voice_encoder", "speech_decoder", "block_ete", "block_ste", "hifi_generator"}


def test_a_head_start_trains_only_the_discriminators(speech: Path, tmp_path: Path):
    data = SpeechSet(speech, tmp_path)
    trainer = GeneratorTrainer(data, 0, 2, 1e-3, {}, head_start=1)
    for changes in (False, True):
        generator, discriminators = _values(trainer.generator), _values(trainer.discriminators)
        trainer.step(2 if changes else 1, 10)
        assert torch.equal(generator, _values(trainer.generator)) != changes
        assert not torch.equal(discriminators, _values(trainer.discriminators))


def test_preparing_trains_only_the_adversary(speech: Path, tmp_path: Path):
    save_tensors(tmp_path / "faces.safetensors", collect_faces(list_files(starter.SAMPLES, IMAGE_SUFFIXES)), {})
    data = SpeechSet(speech, tmp_path)
    joint = JointData(data, Faces(tmp_path / "faces.safetensors"), data.utterances)
    trainer = JointTrainer(1e-3, adversarial_from=0)
    nets, discriminator = _values(trainer.nets), _values(trainer.adversary.discriminator)
    losses = trainer.prepare(joint.batch(data.utterances[:2], 0, change_voices=False), 1)
    assert losses["adversary"] > 0
    assert torch.equal(nets, _values(trainer.nets))
    assert not torch.equal(discriminator, _values(trainer.adversary.discriminator))


@pytest.mark.slow
def test_a_mean_of_weights_lies_between_them_and_counts_a_folder_twice(tmp_path: Path):
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        save_nets(folder, StarterNets(), {})
    average_weights([folders[0], folders[1], folders[1]], tmp_path / "mean")
    first, second, mean = StarterNets(), StarterNets(), StarterNets()
    for folder, nets in zip((*folders, tmp_path / "mean"), (first, second, mean), strict=True):
        load_half(folder, nets)
    torch.testing.assert_close(_values(mean), (_values(first) + 2 * _values(second)) / 3, atol=2e-3, rtol=0)
    with pytest.raises(InputError, match="two or more"):
        average_weights(folders[:1], tmp_path / "mean")


def _values(net: nn.Module) -> torch.Tensor:
    return nn.utils.parameters_to_vector(net.parameters()).detach().clone()


@pytest.mark.slow
def test_every_ablation_is_trained_and_reported(speech: Path, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr(SpeechSet, "split", lambda self, every=50: (self.utterances[:3], self.utterances[3:]))
    save_tensors(tmp_path / "faces.safetensors", collect_faces(list_files(starter.SAMPLES, IMAGE_SUFFIXES)), {})
    places = ["--speech", str(speech), "--faces", str(tmp_path / "faces.safetensors"), "--run", str(tmp_path)]
    ablate.main([*places, "--out", str(tmp_path / "report.json"), "--steps", "1"])
    losses = json.loads((tmp_path / "report.json").read_text())["losses"]
    assert list(losses) == [variant.name for variant in ablate.VARIANTS]
    assert losses["ETE"]["mel"] != losses["ETE, no text tokens"]["mel"]
    assert len(capsys.readouterr().out.splitlines()) == 2 + len(ablate.VARIANTS)


def test_durations_that_do_not_add_up_are_refused(speech: Path, tmp_path: Path):
    copy = tmp_path / "speech"
    shutil.copytree(speech, copy)
    meta = (copy / "meta.jsonl").read_text().replace('"durations": [10', '"durations": [11')
    (copy / "meta.jsonl").write_text(meta)
    with pytest.raises(ValueError, match="do not add up"):
        SpeechSet(copy, tmp_path)


def test_acoustic_durations_keep_the_total_and_every_symbol(speech: Path, tmp_path: Path):
    utterance = SpeechSet(speech, tmp_path).utterances[0]
    durations = acoustic_durations(utterance)
    assert sum(durations) == sum(utterance.durations)
    assert durations[1:-1] == utterance.durations[1:-1]
    assert min(durations) >= 1


def test_checkpoint_restores_nets_optimizers_and_step(tmp_path: Path):
    net = nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(net.parameters())
    net(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    save_state(tmp_path / "state.pt", 7, {"net": net}, {"net": optimizer})
    other = nn.Linear(3, 2)
    other_optimizer = torch.optim.AdamW(other.parameters())
    assert load_state(tmp_path / "state.pt", {"net": other}, {"net": other_optimizer}) == 7
    assert torch.equal(other.weight, net.weight)
    assert other_optimizer.state_dict()["state"][0]["step"] == 1
    assert load_state(tmp_path / "absent.pt", {}, {}) == 0


def test_stretching_moves_every_peak_and_bending_only_those_above_the_knee():
    magnitude = torch.zeros(3, 513, 4)
    magnitude[:, 20], magnitude[:, 100] = 1, 2
    warped = warp_frequencies(magnitude, torch.tensor([1.0, 1.2, 1.0]), torch.tensor([1.0, 1.0, 1.1]))[..., 0]
    assert warped[:, :50].argmax(1).tolist() == [20, 24, 20]
    assert (50 + warped[:, 50:].argmax(1)).tolist() == [100, 120, round(29.87 + 1.1 * (100 - 29.87))]


def test_a_tilted_voice_keeps_its_loudness_and_a_natural_one_everything():
    magnitude = torch.rand(2, 513, 30) + 0.1
    tilt = torch.stack([torch.zeros(100), torch.linspace(0.5, -0.5, 100)])
    change = VoiceChange(torch.ones(2), torch.ones(2), tilt)
    mel, plain = change.log_mel(magnitude), unchanged(2).log_mel(magnitude)
    assert torch.equal(mel[0], plain[0])
    torch.testing.assert_close((2 * mel[1]).exp().sum(), (2 * plain[1]).exp().sum())
    assert float((mel[1] - plain[1]).diff(dim=0).max()) < 0
    assert change.natural.tolist() == [True, False]


def test_a_third_of_the_sampled_voices_is_natural():
    change = sample_change(2000, random.Random(0))
    assert 0.33 < float(change.natural.float().mean()) < 0.39
    assert float(change.stretch.min()) > 0.75 and float(change.stretch.max()) < 1.26


def test_made_up_voices_differ_in_pitch(speech: Path, tmp_path: Path):
    data = SpeechSet(speech, tmp_path)
    heights = [median_hz(fundamental(data.waveform(utterance))) for utterance in data.utterances[:2]]
    assert heights[0] == pytest.approx(110, rel=0.03) and heights[1] == pytest.approx(130, rel=0.03)
