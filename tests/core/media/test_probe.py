"""Counting what is in a finished file."""

import pytest
import torch
from narrating_face.core.bundles import MediaChunk, Speech
from narrating_face.core.media import write_chunks
from narrating_face.core.media.probe import probe, read_frames


@pytest.mark.parametrize(("frames", "in_step"), [(26, True), (25, False), (28, False)])
def test_frames_are_compared_with_the_sound(tmp_path, frames: int, in_step: bool) -> None:
    speech = Speech(torch.zeros(1, 1, 24_600), 24_000)  # 1.025 s: 26 frames
    chunk = MediaChunk(torch.zeros(frames, 32, 48, 3, dtype=torch.uint8), speech.waveform, 24_000, 25.0)
    write_chunks(tmp_path / "a.mp4", [chunk])
    statistics = probe(tmp_path / "a.mp4")
    assert (statistics.video_codec, statistics.width, statistics.height, statistics.frames) == ("h264", 48, 32, frames)
    assert statistics.in_step(speech.seconds) is in_step
    assert [frame.shape for frame in read_frames(tmp_path / "a.mp4")] == [(32, 48, 3)] * frames
