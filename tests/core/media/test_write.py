"""What is written can be probed: codecs, sizes, exact frame times, exact sound, tag, and nothing half-written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from threading import Thread

import av
import pytest
import torch
from narrating_face.core.bundles import Narration, Speech, SpeechChunk
from narrating_face.core.errors import InputError
from narrating_face.core.media import (
    SYNTHETIC_TAG,
    read_audio,
    write,
    write_chunks,
    write_sound,
    write_video,
    write_wav,
)
from narrating_face.core.timing import frame_count
from torch import Tensor


def clicks(seconds: float, rate: int, at: tuple[float, ...] = ()) -> Speech:
    """Faint tone with loud bursts of 5 ms at the given times."""
    time = torch.arange(round(seconds * rate)) / rate
    loudness = 0.01 + sum(0.8 * ((time >= moment) & (time < moment + 0.005)).float() for moment in at)
    return Speech((loudness * torch.sin(2 * math.pi * 1000 * time))[None, None], rate)


def chunks(frames: int, size: tuple[int, int] = (48, 64), length: int = 7) -> Iterator[Tensor]:
    """Frame n is grey with the value 4n modulo 200."""
    for first in range(0, frames, length):
        values = torch.arange(first, min(first + length, frames)) * 4 % 200
        yield values.to(torch.uint8)[:, None, None, None].expand(-1, *size, 3)


def narration(frames: Iterable[Tensor], speech: Speech, fps: float = 25) -> Narration:
    """A narration that is rendered from ready chunks of frames."""
    count = frame_count(speech.waveform.shape[-1], speech.sample_rate, fps)
    return Narration(render=lambda _: iter(frames), frame_count=count, fps=fps, speech=speech)


@pytest.mark.parametrize(
    ("seconds", "rate", "fps"),
    [(1.0, 24_000, 25.0), (3.337, 24_000, 25.0), (0.03, 24_000, 25.0), (2.51, 16_000, 29.97), (4.4, 44_100, 12.5)],
)
def test_video_probe(tmp_path, seconds, rate, fps):
    speech = clicks(seconds, rate)
    frames = frame_count(speech.waveform.shape[-1], rate, fps)
    assert write_video(tmp_path / "a.mp4", narration(chunks(frames), speech, fps)) == frames
    with av.open(str(tmp_path / "a.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == (64, 48)
        assert audio.codec_context.name == "aac" and audio.rate >= 24_000
        assert container.metadata["comment"] == SYNTHETIC_TAG
        video_seconds, audio_seconds = video.duration * video.time_base, audio.duration * audio.time_base
        times = [float(frame.pts * frame.time_base) for frame in container.decode(video)]
    assert len(times) == frames == math.ceil(round(seconds * fps, 6))
    assert times == pytest.approx([index / fps for index in range(frames)], abs=1e-6)
    assert abs(audio_seconds - seconds) < 0.001
    assert abs(video_seconds - audio_seconds) < 1 / fps


def test_index_precedes_data(tmp_path):
    write_video(tmp_path / "a.mp4", narration(chunks(25), clicks(1, 24_000), 25))
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_sound_and_pictures_keep_their_times(tmp_path):
    moments = (0.2, 1.0, 1.9)
    write_video(tmp_path / "a.mp4", narration(chunks(50), clicks(2, 24_000, at=moments), 25))
    waveform, rate = read_audio(tmp_path / "a.mp4")
    for moment in moments:
        loud = waveform[0, 0, round((moment - 0.05) * rate) : round((moment + 0.05) * rate)].abs()
        assert abs(loud.argmax() / rate - 0.05 - 0.0025) < 0.005
    with av.open(str(tmp_path / "a.mp4")) as container:
        for index, frame in enumerate(container.decode(video=0)):
            gray = frame.to_ndarray(format="rgb24").mean()
            assert abs(gray - 4 * index % 200) < 4


def test_colours_survive(tmp_path):
    colors = torch.tensor([[200, 60, 40], [40, 160, 60], [60, 80, 200], [220, 180, 160]], dtype=torch.uint8)
    frames = colors[:, None, None].expand(-1, 32, 32, -1)
    write_video(tmp_path / "a.mp4", narration([frames], clicks(0.16, 24_000), 25))
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert container.streams.video[0].codec_context.colorspace == 1  # BT.709
        told = {"src_colorspace": "ITU709", "src_color_range": "MPEG", "dst_color_range": "JPEG"}  # for older PyAV
        shown = [frame.reformat(format="rgb24", **told) for frame in container.decode(video=0)]
    decoded = [torch.from_numpy(frame.to_ndarray()) for frame in shown]
    means = torch.stack([frame.float().mean((0, 1)) for frame in decoded])
    assert (means - colors.float()).abs().max() < 5


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_failure_leaves_the_old_file_alone(tmp_path, error):
    def broken() -> Iterator[Tensor]:
        yield from chunks(14)
        raise error

    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(error):
        write_video(tmp_path / "a.mp4", narration(broken(), clicks(1, 24_000), 25))
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"old"


def test_interrupt_while_the_encoder_starts_leaves_nothing(tmp_path, monkeypatch):
    threads, start = [], Thread.start

    def interrupted(thread: Thread) -> None:
        start(thread)
        threads.append(thread)
        raise KeyboardInterrupt

    monkeypatch.setattr(Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_video(tmp_path / "a.mp4", narration(chunks(14), clicks(1, 24_000), 25))
    assert len(threads) == 1
    threads[0].join(60)
    assert not list(tmp_path.iterdir())


def test_chunks_are_consumed_as_they_come(tmp_path, monkeypatch):
    """One chunk is encoded while the next is made, and no more wait: all before that are encoded."""
    encoded = []
    add = write._Muxer.add_chunk
    monkeypatch.setattr(write._Muxer, "add_chunk", lambda muxer, chunk: (add(muxer, chunk), encoded.append(chunk))[0])

    def watched() -> Iterator[Tensor]:
        for count, chunk in enumerate(chunks(42)):
            assert len(encoded) >= count - 1
            yield chunk

    write_video(tmp_path / "a.mp4", narration(watched(), clicks(1.68, 24_000)))
    assert len(encoded) == 6


def test_nothing_to_write_is_one_sentence(tmp_path):
    for writer in (write_chunks, write_sound):
        with pytest.raises(InputError, match="nothing to write"):
            writer(tmp_path / "a.mp4", [])
    assert not list(tmp_path.iterdir())


def test_a_frame_that_cannot_be_encoded_fails_the_writing(tmp_path):
    frames = [torch.zeros(2, 64, 64, 3, dtype=torch.uint8), torch.zeros(2, 64, 64, 4, dtype=torch.uint8)]
    with pytest.raises(ValueError):
        write_video(tmp_path / "a.mp4", narration(iter(frames), clicks(0.16, 24_000), 25))
    assert not list(tmp_path.iterdir())


def test_wav_round_trip(tmp_path):
    speech = clicks(0.333, 24_000, at=(0.1,))
    write_wav(tmp_path / "a.wav", speech)
    waveform, rate = read_audio(tmp_path / "a.wav")
    assert rate == 24_000 and waveform.shape == speech.waveform.shape
    assert (waveform - speech.waveform).abs().max() <= 1 / 32768
    with av.open(str(tmp_path / "a.wav")) as container:
        assert container.streams.audio[0].codec_context.name == "pcm_s16le"
        assert container.metadata["comment"] == SYNTHETIC_TAG


def test_chunks_of_sound_join_without_a_seam(tmp_path):
    speech = clicks(0.333, 24_000, at=(0.1,))
    parts = [SpeechChunk(part, 24_000) for part in speech.waveform.split(1_001, -1)]
    assert write_sound(tmp_path / "a.wav", iter(parts)) == (pytest.approx(0.333), 24_000)
    write_wav(tmp_path / "b.wav", speech)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_wav_clips_instead_of_wrapping(tmp_path):
    write_wav(tmp_path / "a.wav", Speech(torch.tensor([[[2.0, -2.0, 0.5]]]), 24_000))
    waveform, _ = read_audio(tmp_path / "a.wav")
    assert torch.allclose(waveform, torch.tensor([[[1.0, -1.0, 0.5]]]), atol=1e-4)
