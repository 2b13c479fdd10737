"""Every stage against recorded results of the reference: within 1e-4 of the largest value, codes identical."""

from __future__ import annotations

import pytest
import torch
from narrating_face.core.settings import SpeechSampling
from narrating_face.core.voice.xtts import mel
from narrating_face.core.voice.xtts.conditioning import reference_chunks
from narrating_face.core.voice.xtts.config import ReferencePreset
from narrating_face.core.voice.xtts.decoding import DecodedCodes, DecodingRequest, decode_batch
from narrating_face.core.voice.xtts.model import XTTSEngine
from narrating_face.core.voice.xtts.reference_audio import reference_audio, resample_reference
from narrating_face.core.voice.xtts.sampling import initial_history, process_logits
from narrating_face.core.voice.xtts.vocoder_frames import at_speed, vocoder_frames
from tiny_xtts import statistics
from torch import Tensor
from torch.nn import functional as F

Golden = dict[str, Tensor]
TWO_CHUNKS = ReferencePreset(chunk_seconds=2.0)
GREEDY = SpeechSampling(temperature=0, repetition_penalty=1)


def assert_near(actual: Tensor, expected: Tensor, tolerance: float = 1e-4) -> None:
    assert actual.shape == expected.shape
    assert float((actual - expected).abs().max() / expected.abs().max()) <= tolerance


def decoded(voice: XTTSEngine, golden: Golden, sampling: SpeechSampling, seed: int = 0) -> DecodedCodes:
    request = DecodingRequest(
        golden["cond.latents"], golden["text.ids"], voice.nets.config.gpt.max_sentence_codes, seed
    )
    (result,) = decode_batch(voice.nets.gpt, [request], sampling)
    return result


def test_reference_audio(golden: Golden):
    assert_near(reference_audio(golden["audio.stereo44k"][None], 44_100, 30), golden["audio.mono22k"])
    assert_near(resample_reference(golden["ref.wav22k"], 22_050, 16_000), golden["ref.wav16k"])


def test_speaker_mel(golden: Golden):
    sound = golden["ref.wav16k"]
    assert_near(mel.pre_emphasize(sound)[:, :4096], golden["spk.preemphasis"])
    assert_near(mel.speaker_power(sound, 64), golden["spk.mel_power"])
    assert_near(mel.speaker_mel(sound, 64), golden["spk.logmel_instnorm"])


def test_speaker_encoder(voice: XTTSEngine, golden: Golden):
    encoder = voice.nets.speaker_encoder
    stem = encoder.stem_norm(F.relu(encoder.stem(mel.speaker_mel(golden["ref.wav16k"], 64)[:, None])))
    frames = encoder.frames(golden["ref.wav16k"])
    assert_near(encoder.layers[0](stem)[..., :40], golden["spk.layer1"])
    assert_near(frames.unflatten(1, (32, 8)), golden["spk.layer4"])
    assert_near(encoder.statistics.weights(frames)[:, :64], golden["spk.attn_weights"])
    assert_near(encoder.embed(encoder.statistics(frames)), golden["spk.embedding_raw"])
    assert_near(encoder(golden["ref.wav16k"])[..., None], golden["spk.embedding"])


def test_conditioning_encoder(voice: XTTSEngine, golden: Golden):
    encoder = voice.nets.conditioning
    chunks = reference_chunks(golden["ref.wav22k"], TWO_CHUNKS)
    assert len(chunks) == 2, "the last 0.2 s are dropped"
    for index, chunk in enumerate(chunks):
        frames = mel.conditioning_mel(chunk, encoder.mel_stats)
        assert_near(frames, golden[f"cond.mel.{index}"])
        assert_near(encoder(frames), golden[f"cond.perceiver.{index}"])
    entered = encoder.enter(golden["cond.mel.0"])
    assert_near(entered, golden["cond.init.0"])
    assert_near(encoder.blocks[0](entered), golden["cond.attn0.0"])
    assert_near(encoder.frames(golden["cond.mel.0"]), golden["cond.encoder.0"])


def test_conditioning_latents(voice: XTTSEngine, golden: Golden):
    encoder = voice.nets.conditioning
    assert_near(encoder.encode(golden["ref.wav22k"], TWO_CHUNKS), golden["cond.latents"])
    single = ReferencePreset(conditioning_seconds=3.0, chunk_seconds=3.0)
    assert_near(encoder.encode(golden["ref.wav22k"], single), golden["cond.latents_single"])


def test_gpt_prefix(voice: XTTSEngine, golden: Golden):
    """The reference adds the embedding of the start code in a later step."""
    prefix = voice.nets.gpt.prefix(golden["cond.latents"], golden["text.ids"])
    assert_near(prefix[:, :-1], golden["gpt.prefix_emb"])


def test_greedy_codes_logits_and_hidden_states(voice: XTTSEngine, golden: Golden):
    result, gpt = decoded(voice, golden, GREEDY), voice.nets.gpt
    assert result.codes == golden["gen.greedy.codes"][0].tolist()
    assert_near(gpt.code_head(result.values()), golden["gen.greedy.step_logits"])
    assert_near(result.values(), gpt.latents(golden["gen.greedy.step_hidden_lnf"]))


@pytest.mark.parametrize("penalty", [5, 10])
def test_greedy_codes_with_repetition_penalty(voice: XTTSEngine, golden: Golden, penalty: int):
    result = decoded(voice, golden, SpeechSampling(temperature=0, repetition_penalty=penalty))
    assert result.codes == golden[f"gen.greedy_rp{penalty}.codes"][0].tolist()


def test_seeded_codes(voice: XTTSEngine, golden: Golden):
    result = decoded(voice, golden, SpeechSampling(repetition_penalty=5), seed=1234)
    assert result.codes == golden["gen.sample_seed1234.codes"][0].tolist()


def test_processed_logits(voice: XTTSEngine, golden: Golden):
    """Repetition penalty, temperature, top-k and top-p exclude the same codes."""
    sampling, config = SpeechSampling(repetition_penalty=5), voice.nets.config.gpt
    history = initial_history(1, config.codes, config.start_code, torch.device("cpu"))
    steps = zip(golden["gen.processed_scores_rp5"][0], golden["gen.greedy.step_logits"][0], strict=False)
    for expected, logits in steps:
        (actual,) = process_logits(logits[None], history, sampling)
        possible = ~expected.isinf()
        assert torch.equal(~actual.isinf(), possible)
        assert_near(actual[possible], expected[possible])
        history[0, logits.argmax()] = True


def test_latents_collected_while_decoding_equal_a_teacher_forced_pass(voice: XTTSEngine, golden: Golden):
    result = decoded(voice, golden, SpeechSampling(temperature=0, repetition_penalty=5))
    assert_near(result.values(), golden["gpt.latents"])
    forced = voice.nets.gpt(golden["cond.latents"], golden["text.ids"], torch.tensor([result.codes]))
    assert_near(result.values(), forced.latents)


def test_vocoder(voice: XTTSEngine, golden: Golden):
    vocoder, speaker = voice.nets.vocoder, golden["spk.embedding"][..., 0]
    frames = vocoder_frames(golden["gpt.latents"])
    assert_near(frames, golden["voc.z"])
    assert_near(vocoder.enter(frames)[0, :, :64], golden["voc.conv_pre"])
    assert_near(vocoder(frames, speaker), golden["voc.wav"])
    assert_near(voice.sound(golden["gpt.latents"], speaker), golden["voc.wav"])


@pytest.mark.parametrize("speed", [0.8, 1.5])
def test_speed(voice: XTTSEngine, golden: Golden, speed: float):
    latents = at_speed(golden["gpt.latents"], speed)
    assert_near(latents, golden[f"speed.{speed}.latents"])
    assert_near(voice.sound(latents, golden["spk.embedding"][..., 0]), golden[f"speed.{speed}.wav"])


def test_text_to_speech(voice: XTTSEngine, golden: Golden):
    (sentence,) = voice.front_end.sentences(statistics()["e2e_text"], "en", faithful=True)
    ids = torch.tensor([sentence.token_ids])
    request = DecodingRequest(
        golden["cond.latents"], ids, voice.nets.config.gpt.max_sentence_codes, statistics()["e2e_seed"]
    )
    (result,) = decode_batch(voice.nets.gpt, [request], SpeechSampling(repetition_penalty=5))
    assert_near(result.values(), golden["e2e.latents"])
    assert_near(voice.sound(result.values(), golden["spk.embedding"][..., 0])[0, 0], golden["e2e.wav"])
