"""A narration while it is being made is the narration: sound, motion and frames bit for bit, and it begins at once."""

import itertools

import pytest
import torch
from narrating_face.core.bundles import NarrationPiece, Portrait, VoiceProfile
from narrating_face.core.errors import InputError
from narrating_face.core.families.starter.model import StarterModel
from narrating_face.core.media import read_audio, read_image
from narrating_face.core.media.chunks import pieces_of
from narrating_face.core.model import FaceControls
from narrating_face.core.pipeline import narrate, stream
from narrating_face.model_loaders import starter
from torch.nn.functional import interpolate

TEXT = 2 * "Bob may buy a map. Where is it, though? The quick brown fox jumps over the lazy dog, and nobody minds! "


@pytest.fixture(scope="module")
def model() -> StarterModel:
    return starter.load()


@pytest.fixture(scope="module")
def portrait(model: StarterModel) -> Portrait:
    image = interpolate(read_image(starter.SAMPLES / "man.png"), (256, 256), mode="area")
    return model.encode_portrait(image)


@pytest.fixture(scope="module")
def voice(model: StarterModel) -> VoiceProfile:
    return model.encode_voice(*read_audio(starter.SAMPLES / "reader.wav"))


@pytest.mark.parametrize(("text", "fps"), [(TEXT, 25.0), (TEXT, 12.0), ("Yes.", 29.97), ("Yes. No. Maybe so.", 60.0)])
def test_stream_equals_batch(model, portrait, voice, text: str, fps: float):
    controls = FaceControls(seed=5, blink_rate=40)
    whole = narrate(model, portrait, voice, text, fps=fps, controls=controls)
    pieces = list(stream(model, portrait, voice, text, fps=fps, controls=controls))
    assert torch.equal(torch.cat([piece.sound for piece in pieces], -1), whole.speech.waveform)
    assert torch.equal(torch.cat([piece.motion.values for piece in pieces], 1), whole.motion.values)
    for streamed, made in zip(_frames(piece.frames for piece in pieces), _frames(whole.windows()), strict=True):
        assert torch.equal(streamed, made)


def _frames(windows):
    return itertools.chain.from_iterable(windows)


def test_every_piece_brings_its_own_sound(model, portrait, voice):
    pieces: list[NarrationPiece] = list(stream(model, portrait, voice, TEXT))
    for piece in pieces[:-1]:
        assert piece.sound.shape[-1] == len(piece.frames) * 24_000 / 25
    assert 0 < pieces[-1].sound.shape[-1] <= len(pieces[-1].frames) * 24_000 / 25


def test_a_finished_narration_in_pieces_is_the_same(model, portrait, voice):
    whole = narrate(model, portrait, voice, "Yes. No.", fps=29.97)
    pieces = list(pieces_of(whole))
    assert sum(len(piece.frames) for piece in pieces) == whole.frames
    assert torch.equal(torch.cat([piece.sound for piece in pieces], -1), whole.speech.waveform)
    assert all(piece.sound.shape[-1] <= len(piece.frames) * 24_000 / piece.fps + 1 for piece in pieces)


def test_a_long_text_begins_as_soon_as_a_short_one(model, portrait, voice):
    read = []

    def progress(stage: str, done: int, total: int) -> None:
        read.append((stage, done, total))

    pieces = stream(model, portrait, voice, "The quick brown fox jumps over the lazy dog. " * 60, progress=progress)
    first = next(pieces)
    assert len(first.frames) and first.sound.shape[-1]
    stage, done, total = read[-1]
    assert stage == "frames" and done == len(first.frames) and 3_000 < total < 6_000


def test_bad_input_is_refused_at_the_first_piece(model, portrait, voice):
    with pytest.raises(InputError):
        next(stream(model, portrait, voice, ""))
