"""A narration while it is being made is the narration: sound, motion and frames bit for bit, and it begins at once."""

import itertools

import pytest
import torch
from narrating_face.core.bundles import MediaChunk, Portrait, VoiceProfile
from narrating_face.core.errors import InputError
from narrating_face.core.media.chunks import media_chunks
from narrating_face.core.model import Model
from narrating_face.core.pipeline import (
    narrate,
    speak,
    stream,
    stream_speech,
)
from narrating_face.core.progress import Progress, Stage
from narrating_face.core.settings import FaceControls
from samples import read_portrait
from torch.nn.functional import interpolate

TEXT = 2 * "Bob may buy a map. Where is it, though? The quick brown fox jumps over the lazy dog, and nobody minds! "


@pytest.fixture(scope="module")
def model(starter_model: Model) -> Model:
    return starter_model


@pytest.fixture(scope="module")
def portrait(model: Model) -> Portrait:
    return model.face.encode_portrait(interpolate(read_portrait("man"), (256, 256), mode="area"))


@pytest.fixture(scope="module")
def voice(reader_profile: VoiceProfile) -> VoiceProfile:
    return reader_profile


LENGTHS_AND_RATES = [
    pytest.param(TEXT, 25.0, marks=pytest.mark.slow),
    pytest.param(TEXT, 12.0, marks=pytest.mark.slow),
    ("Yes.", 29.97),
    pytest.param("Yes. No. Maybe so.", 25.0, marks=pytest.mark.slow),
    pytest.param("Yes. No. Maybe so.", 60.0, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("text", "fps"), LENGTHS_AND_RATES)
def test_stream_equals_batch(model, portrait, voice, text: str, fps: float):
    controls = FaceControls(seed=5, blink_rate=40)
    whole = narrate(model, portrait, voice, text, fps=fps, controls=controls)
    motions: list[Progress] = []
    chunks = list(stream(model, portrait, voice, text, fps=fps, controls=controls, progress=motions.append))
    assert torch.equal(torch.cat([chunk.sound for chunk in chunks], -1), whole.speech.waveform)
    for streamed, made in zip(_frames(chunk.frames for chunk in chunks), _frames(whole.chunks()), strict=True):
        assert torch.equal(streamed, made)
    assert motions[-1] == Progress(Stage.FRAMES, whole.frame_count, whole.frame_count)


def _frames(chunks):
    return itertools.chain.from_iterable(chunks)


def test_streamed_speech_is_the_same_sound(model, voice):
    _, whole = speak(model, voice, TEXT, seed=2)
    chunks = list(stream_speech(model, voice, TEXT, seed=2))
    assert len(chunks) > 1
    assert torch.equal(torch.cat([chunk.waveform for chunk in chunks], -1), whole.waveform)


@pytest.mark.slow
def test_every_chunk_brings_its_own_sound(model, portrait, voice):
    chunks: list[MediaChunk] = list(stream(model, portrait, voice, TEXT))
    for chunk in chunks[:-1]:
        assert chunk.sound.shape[-1] == len(chunk.frames) * 24_000 / 25
    assert 0 < chunks[-1].sound.shape[-1] <= len(chunks[-1].frames) * 24_000 / 25


def test_a_finished_narration_in_chunks_is_the_same(model, portrait, voice):
    whole = narrate(model, portrait, voice, "Yes. No.", fps=29.97)
    chunks = list(media_chunks(whole))
    assert sum(len(chunk.frames) for chunk in chunks) == whole.frame_count
    assert torch.equal(torch.cat([chunk.sound for chunk in chunks], -1), whole.speech.waveform)
    assert all(chunk.sound.shape[-1] <= len(chunk.frames) * 24_000 / chunk.fps + 1 for chunk in chunks)


def test_a_long_text_begins_as_soon_as_a_short_one(model, portrait, voice):
    reports: list[Progress] = []
    text = "The quick brown fox jumps over the lazy dog. " * 60
    first = next(stream(model, portrait, voice, text, progress=reports.append))
    assert len(first.frames) and first.sound.shape[-1]
    assert reports[-1].stage is Stage.FRAMES and reports[-1].done == len(first.frames)
    assert 3_000 < reports[-1].total < 6_000


def test_bad_input_is_refused_at_the_first_chunk(model, portrait, voice):
    with pytest.raises(InputError):
        next(stream(model, portrait, voice, ""))
