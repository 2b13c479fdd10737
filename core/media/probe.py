"""A finished MP4 -> what is in it, counted by decoding."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np


@dataclass(frozen=True)
class VideoStatistics:
    """Codecs, size in pixels, decoded frames, rate, and decoded seconds of sound."""

    video_codec: str
    audio_codec: str
    width: int
    height: int
    frames: int
    fps: float
    sound_seconds: float

    def in_step(self, seconds: float) -> bool:
        """Whether the frames are ceil(seconds * fps) and the sound is within a frame of ``seconds``."""
        return (
            self.frames == math.ceil(round(seconds * self.fps, 6)) and abs(self.sound_seconds - seconds) < 1 / self.fps
        )


def probe(path: str | Path) -> VideoStatistics:
    """Decode the whole file and count."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        frames = samples = 0
        for packet in container.demux(video, audio):
            for frame in packet.decode():
                frames += isinstance(frame, av.VideoFrame)
                samples += frame.samples if isinstance(frame, av.AudioFrame) else 0
        names = video.codec_context.name, audio.codec_context.name
        rate = float(video.average_rate or 0)
        return VideoStatistics(
            *names, video.width, video.height, frames, rate, samples / audio.codec_context.sample_rate
        )


def read_frames(path: str | Path) -> Iterator[np.ndarray]:
    """The file's frames one by one, uint8 [H, W, 3]."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")
