"""Properties of the small voice networks, on fresh instances of the real classes."""

import pytest
import torch
from narrating_face.core.voice.duration_pitch_predictor import (
    DurationPitchPredictor,
    alignment,
    symbol_times,
    whole_durations,
)
from narrating_face.core.voice.gpt2_decoder import GPT2SpeechDecoder
from narrating_face.core.voice.hifi_generator import HiFiGenerator
from narrating_face.core.voice.speech_encoder import SpeechEncoder
from narrating_face.core.voice.voice_encoder import VoiceEncoder


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


def test_streamed_sound_equals_one_pass():
    generator, latents = HiFiGenerator().eval(), torch.randn(1, 333, 102)
    with torch.inference_mode():
        whole, pieces = generator(latents), list(generator.stream([latents], window=100))
    assert whole.shape == (1, 1, 333 * 300)
    assert len(pieces) == 4
    torch.testing.assert_close(torch.cat(pieces, -1), whole, atol=1e-6, rtol=1e-5)


def test_speech_decoders_gpt_is_causal():
    decoder = GPT2SpeechDecoder().eval()
    audio = torch.randn(1, 17 + 60, 512, requires_grad=True)
    decoder(audio, 60)[0, 2 * 30].sum().backward()
    reached = audio.grad[0].abs().amax(-1) > 0
    head_reach = 3 * decoder.config.head_blocks // 2 + 1  # tokens that the convolutional head looks ahead
    assert reached[: 17 + 30].all()
    assert not reached[17 + 30 + head_reach + 1 :].any()


def test_speech_decoder_makes_two_frames_a_token_for_any_length():
    decoder = GPT2SpeechDecoder().eval()
    with torch.inference_mode():
        assert decoder.decode(torch.randn(1, 17 + 50, 512), 50).shape == (1, 100, 102)
        assert decoder.decode(torch.randn(1, 17 + 1500, 512), 1500).shape == (1, 3000, 102)


def test_short_speech_is_decoded_in_one_piece():
    decoder, audio = GPT2SpeechDecoder().eval(), torch.randn(1, 17 + 120, 512)
    with torch.inference_mode():
        assert torch.equal(decoder.decode(audio, 120), decoder(audio, 120))


def test_alignment_repeats_symbols_as_often_as_they_last():
    index = alignment(torch.tensor([[2, 1, 3], [1, 1, 1]]))
    assert index.tolist() == [[0, 0, 1, 2, 2, 2], [0, 1, 2, 2, 2, 2]]


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.4])
def test_whole_durations_keep_the_total_and_never_drop_a_symbol(speed: float):
    log_durations = (1 + 4 * torch.rand(1, 40)).log()
    durations = whole_durations(log_durations, speed)
    assert durations.min() >= 1
    assert abs(float(durations.sum() - log_durations.exp().sum() / speed)) <= 2 + 0.05 * 40


def test_symbol_times_are_centres():
    torch.testing.assert_close(symbol_times(torch.tensor([[2, 4]]), 40.0), torch.tensor([[0.025, 0.1]]))


def test_lengthened_tokens_know_their_place_in_the_symbol():
    planner, text = DurationPitchPredictor(), torch.zeros(1, 2, 512)
    lengthened = planner.lengthen(text, torch.tensor([[3, 2]]))
    assert lengthened.shape == (1, 5, 512)
    assert not torch.allclose(lengthened[0, 0], lengthened[0, 2])


def test_voice_encoder_gives_16_latents_and_a_unit_embedding_and_ignores_padding():
    encoder, mel = VoiceEncoder().eval(), torch.randn(1, 100, 160) - 6
    with torch.inference_mode():
        latents, speaker = encoder(mel)
        assert latents.shape == (1, 16, 512) and speaker.shape == (1, 256)
        torch.testing.assert_close(speaker.norm(dim=-1), torch.ones(1))
        assert not torch.allclose(encoder(mel + 1)[1], speaker)


def test_speech_encoder_makes_one_token_of_two_frames():
    with torch.inference_mode():
        assert SpeechEncoder().eval()(torch.randn(1, 100, 240)).shape == (1, 120, 512)
