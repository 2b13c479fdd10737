"""What is inside an MP4 or a sound file, by decoding it."""

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


@dataclass(frozen=True)
class Sound:
    """``samples`` of each channel, at ``rate`` a second."""

    samples: int
    rate: int

    @property
    def seconds(self) -> float:
        return self.samples / self.rate


def probe(path: Path) -> Clip:
    """Decode the whole file."""
    digest, frames = sha256(), 0
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        for frame in container.decode(video, audio):
            assert isinstance(frame, (av.VideoFrame, av.AudioFrame))
            digest.update(frame.to_ndarray().tobytes())
            frames += isinstance(frame, av.VideoFrame)
        return Clip(
            video_codec=video.codec_context.name,
            audio_codec=audio.codec_context.name,
            width=video.width,
            height=video.height,
            fps=float(video.average_rate or 0),
            frames=frames,
            seconds=float((audio.duration or 0) * (audio.time_base or 0)),
            comment=container.metadata.get("comment", ""),
            fingerprint=digest.hexdigest(),
        )


def probe_sound(path: Path) -> Sound:
    """Decode the whole file."""
    with av.open(str(path)) as container:
        audio = container.streams.audio[0]
        return Sound(sum(frame.samples for frame in container.decode(audio)), audio.rate)
