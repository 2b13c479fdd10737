"""What flows between stages, and the clocks."""

import itertools
import math
from dataclasses import replace

import pytest
import torch
from narrating_face.core.bundles import (
    FaceMotion,
    SampleStatistics,
    Speech,
    VoiceProfile,
)
from narrating_face.core.errors import InputError
from narrating_face.core.families.starter.segment_timing import (
    MIN_PAUSE,
    audible_commas,
    frames_between,
    recording_spans,
)
from narrating_face.core.motion_channels import CHANNELS
from narrating_face.core.runtime.files import save_tensors
from narrating_face.core.text.english.symbols import SYMBOLS, encode
from narrating_face.core.timing import frame_count
from narrating_face.core.voice.profiles import StarterVoiceProfile, load_profile

PROFILE = VoiceProfile(
    torch.randn(1, 16, 512), torch.randn(1, 256), SampleStatistics(2.5, -23.1, 31.0, 0.0, 118.2, 3.4)
)


def test_profile_survives_saving(tmp_path):
    PROFILE.save(tmp_path / "deep" / "voice.safetensors")
    loaded = load_profile(tmp_path / "deep" / "voice.safetensors")
    assert torch.equal(loaded.conditioning, PROFILE.conditioning) and torch.equal(loaded.speaker, PROFILE.speaker)
    assert loaded.statistics == PROFILE.statistics and type(loaded) is VoiceProfile
    own = StarterVoiceProfile(PROFILE.conditioning, PROFILE.speaker, PROFILE.statistics, torch.randn(1, 11, 20))
    own.save(tmp_path / "own.safetensors")
    loaded = load_profile(tmp_path / "own.safetensors")
    assert isinstance(loaded, StarterVoiceProfile) and torch.equal(loaded.timbre, own.timbre)
    replace(own, timbre=torch.zeros(1, 100)).save(tmp_path / "other.safetensors")
    with pytest.raises(InputError, match=r"other.safetensors.*make it again from the sample"):
        load_profile(tmp_path / "other.safetensors")


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\x00" * 64])
def test_broken_profile_is_one_sentence(tmp_path, content: bytes):
    path = tmp_path / "voice.safetensors"
    path.write_bytes(content)
    with pytest.raises(InputError, match="could not be read"):
        load_profile(path)


def test_foreign_safetensors_file_is_one_sentence(tmp_path):
    save_tensors(tmp_path / "other.safetensors", {"weight": torch.zeros(2)}, {})
    with pytest.raises(InputError, match=r"written by VoiceProfile\.save"):
        load_profile(tmp_path / "other.safetensors")


def test_motion_channels_are_read_by_name():
    values = torch.arange(2 * len(CHANNELS), dtype=torch.float32).reshape(1, 2, -1)
    motion = FaceMotion(values, 25.0)
    assert motion.frames == 2
    for index, name in enumerate(CHANNELS):
        assert torch.equal(motion[name], values[..., index])


def test_speech_knows_its_seconds():
    assert Speech(torch.zeros(1, 1, 36_000), 24_000).seconds == 1.5


@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.04, 1, 10, 180])
def test_frame_count_is_the_ceiling_without_rounding_errors(rate: int, seconds: float):
    samples = int(seconds * rate)
    assert frame_count(samples, rate, 25) == -(-samples * 25 // rate)
    assert frame_count(samples + 1, rate, 25) == -(-(samples + 1) * 25 // rate)


@pytest.mark.parametrize("fps", [10.0, 24.0, 25.0, 29.97, 60.0])
def test_every_frame_belongs_to_one_segment(fps: float):
    edges = [0.0, 1.025, 1.1, 4.675, 9.3]
    next_frame = 0
    for index, (start, end) in enumerate(itertools.pairwise(edges)):
        first, stop = frames_between(start, end, fps, index == len(edges) - 2)
        assert first == next_frame
        next_frame = stop
    assert next_frame == math.ceil(edges[-1] * fps - 1e-6)


@pytest.mark.parametrize("samples", [1, 600, 144_000, 144_001, 999_999])
def test_spans_cover_recorded_speech_once(samples: int):
    pieces = list(recording_spans(samples))
    assert pieces[0].first == 0 and pieces[-1].last and pieces[-1].end == math.ceil(samples / 600)
    assert all(before.end == after.first for before, after in itertools.pairwise(pieces))
    assert all(piece.seen_first <= piece.first and piece.seen_end >= piece.end for piece in pieces)
    assert all(piece.seen_end - piece.seen_first <= 320 for piece in pieces)


def test_alphabet_has_no_doubles_and_refuses_strangers():
    assert len(set(SYMBOLS)) == len(SYMBOLS)
    assert encode("hˌi.")[0] == 0 and encode("hˌi.")[-1] == 1
    with pytest.raises(ValueError, match="not in the alphabet"):
        encode("héllo")


def test_commas_last_long_enough_and_nothing_else_changes():
    ids = torch.tensor([encode("æ, b")])
    durations = torch.full(ids.shape, 2)
    durations[0, -1] = 40
    for tempo, least in ((1.0, MIN_PAUSE), (1.4, 3), (9.0, 2)):
        changed = audible_commas(durations, ids, tempo)
        comma = ids[0].tolist().index(encode(",")[1])
        assert changed[0, comma] == max(2, least)
        changed[0, comma] = 2
        assert torch.equal(changed, durations)
