"""Any voice goes with any face: what is composed, what is shared, and what follows the finished speech."""

from __future__ import annotations

import math

import pytest
import torch
from narrating_face.core.bundles import Portrait, Speech, VoiceProfile
from narrating_face.core.errors import InputError
from narrating_face.core.families.hallo.controls import HalloControls
from narrating_face.core.families.xtts.voice import XTTSVoice
from narrating_face.core.model import FaceHalf, Model, StreamingFaceHalf
from narrating_face.core.pipeline import (
    animate,
    narrate,
    speak,
    stream,
)
from narrating_face.core.settings import (
    DenoisingSettings,
    FaceControls,
    HalloSettings,
    SpeechSampling,
)
from samples import read_portrait
from tiny_hallo import tiny_face
from tiny_xtts import random_state, write_checkpoint
from torch import Tensor
from torch.nn.functional import interpolate

TEXT = "A story of the north. This is another one."
QUICK = HalloControls(rendering=HalloSettings(DenoisingSettings(1, guidance=1.0), size=64))


@pytest.fixture(scope="module")
def xtts(tmp_path_factory: pytest.TempPathFactory) -> XTTSVoice:
    from narrating_face.model_loaders.xtts import load_voice

    return load_voice(write_checkpoint(tmp_path_factory.mktemp("xtts"), random_state()))


@pytest.fixture(scope="module")
def profile(xtts: XTTSVoice, reader_sample: tuple[Tensor, int]) -> VoiceProfile:
    return xtts.encode_voice(*reader_sample)


@pytest.fixture(scope="module")
def image() -> Tensor:
    return interpolate(read_portrait("woman"), (256, 256), mode="area")


def test_xtts_speaks_with_the_starters_face(
    xtts: XTTSVoice, starter_model: Model, image: Tensor, reader_sample: tuple[Tensor, int], profile: VoiceProfile
):
    model = Model(xtts, starter_model.face)
    assert not model.shares_latents
    narration = narrate(model, image, reader_sample, TEXT, controls=FaceControls(seed=3))
    _, speech = speak(model, profile, TEXT, seed=3)
    assert torch.equal(narration.speech.waveform, speech.waveform)
    assert narration.frame_count == math.ceil(round(speech.seconds * 25, 6))
    driven = animate(model, image, speech, controls=FaceControls(seed=3))
    assert torch.equal(torch.cat(list(narration.chunks())), torch.cat(list(driven.chunks())))


@pytest.mark.slow
def test_a_mixed_stream_equals_its_narration_and_brings_the_notes(
    xtts: XTTSVoice, starter_model: Model, image: Tensor, reader_sample
):
    model, sampling = Model(xtts, starter_model.face), SpeechSampling(temperature=0, repetition_penalty=1)
    whole = narrate(model, image, reader_sample, "A story.", sampling=sampling)
    chunks = list(stream(model, image, reader_sample, "A story.", sampling=sampling))
    assert torch.equal(torch.cat([chunk.frames for chunk in chunks]), torch.cat(list(whole.chunks())))
    assert torch.equal(torch.cat([chunk.sound for chunk in chunks], -1), whole.speech.waveform)
    assert whole.notes and tuple(note for chunk in chunks for note in chunk.notes) == whole.notes


@pytest.mark.slow
def test_the_starter_speaks_with_hallos_face(starter_model: Model, image: Tensor, reader_profile: VoiceProfile):
    model = Model(starter_model.voice, tiny_face())
    narration = narrate(model, image, reader_profile, "Yes.", controls=QUICK)
    assert narration.frame_count == math.ceil(round(narration.speech.seconds * 25, 6))
    assert [word.symbol for word in narration.words] == ["Yes"]
    assert sum(len(chunk) for chunk in narration.chunks()) == narration.frame_count


@pytest.mark.slow
def test_halves_of_one_layout_meet_in_the_faces_block(xtts: XTTSVoice, image: Tensor, reader_sample):
    face = tiny_face()
    model = Model(xtts, face)
    assert model.shares_latents
    for kind in ("ete", "ste", "none"):
        assert model.voice_block(kind) is model.face_block(kind) is face.blocks[kind]
        assert list(model.blocks(kind)) == ["voice"]
    narration = narrate(model, image, reader_sample, "A story.", controls=QUICK)
    assert sum(len(chunk) for chunk in narration.chunks()) == narration.frame_count


def test_halves_of_two_layouts_keep_their_own_blocks(xtts: XTTSVoice, starter_model: Model):
    model = Model(xtts, starter_model.face)
    assert model.voice_block("ete") is xtts.blocks["ete"]
    assert model.face_block("ete") is starter_model.face.blocks["ete"]
    assert {"voice_block_ete", "face_block_ete", "xtts_gpt", "motion_decoder"} <= model.nets().keys()
    assert "speech_decoder" not in model.nets()


@pytest.mark.parametrize("halves", ["both", "voice", "face", "xtts", "mixed", "hallo"])
def test_every_network_is_listed_once(halves: str, xtts: XTTSVoice, starter_model: Model):
    model = {
        "both": starter_model,
        "voice": Model(voice=starter_model.voice),
        "face": Model(face=starter_model.face),
        "xtts": Model(voice=xtts),
        "mixed": Model(xtts, starter_model.face),
        "hallo": Model(xtts, tiny_face()),
    }[halves]
    nets = list(model.nets().values())
    assert nets and len({id(net) for net in nets}) == len(nets)


def test_an_absent_half_is_one_sentence(starter_model: Model):
    with pytest.raises(InputError, match="no voice"):
        _ = Model(face=starter_model.face).voice
    with pytest.raises(InputError, match="no face"):
        _ = Model(voice=starter_model.voice).face
    assert Model().nets() == {}


def test_only_a_face_that_can_render_ahead_streams(starter_model: Model):
    hallo: FaceHalf = tiny_face()
    assert isinstance(starter_model.face, StreamingFaceHalf) and not isinstance(hallo, StreamingFaceHalf)


def test_segments_of_another_voice_are_refused_by_the_face(
    xtts: XTTSVoice, starter_model: Model, man_portrait: Portrait, reader_sample
):
    profile = xtts.encode_voice(*reader_sample)
    segments = list(xtts.entangle(profile, xtts.encode_prompt("A story."), None, xtts.blocks["none"]))
    speech = Speech(torch.zeros(1, 1, 24_000), 24_000)
    with pytest.raises(InputError, match="connect its finished audio"):
        starter_model.face.narration(segments, man_portrait, speech, FaceControls(), 25.0)
    with pytest.raises(InputError, match="visual tokens"):
        tiny_face().narration(segments, man_portrait, speech, FaceControls(), 25.0)
