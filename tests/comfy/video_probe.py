"""What is inside an MP4."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import av


@dataclass(frozen=True)
class Clip:
    """``frames`` and ``seconds`` of sound are counted by decoding; ``fingerprint`` is of all pixels and samples."""

    video_codec: str
    audio_codec: str
    width: int
    height: int
    fps: float
    frames: int
    seconds: float
    comment: str
    fingerprint: str


def probe(path: Path) -> Clip:
    """Decode the whole file."""
    digest, frames, samples = sha256(), 0, 0
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        for frame in container.decode(video, audio):
            digest.update(frame.to_ndarray().tobytes())
            if isinstance(frame, av.VideoFrame):
                frames += 1
        samples = audio.duration or 0
        codecs = video.codec_context.name, audio.codec_context.name
        size, rate = (video.width, video.height), float(video.average_rate or 0)
        seconds = float(samples * (audio.time_base or 0))
        return Clip(*codecs, *size, rate, frames, seconds, container.metadata.get("comment", ""), digest.hexdigest())
