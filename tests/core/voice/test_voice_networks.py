"""Properties of the voice networks of the starter family, on fresh instances."""

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
        whole, chunks = generator(latents), list(generator.stream([latents], chunk_frames=100))
    assert whole.shape == (1, 1, 333 * 300)
    assert len(chunks) == 4
    torch.testing.assert_close(torch.cat(chunks, -1), whole, atol=1e-6, rtol=1e-5)


def test_the_gpt_of_the_speech_decoder_is_causal():
    decoder = GPT2SpeechDecoder().eval()
    audio = torch.randn(1, 17 + 60, 512, requires_grad=True)
    decoder(audio, 60)[0, 2 * 30].sum().backward()
    influences = audio.grad[0].abs().amax(-1) > 0
    look_ahead = 3 * decoder.config.head_blocks // 2 + 1  # tokens, of the convolutional head
    assert influences[: 17 + 30].all()
    assert not influences[17 + 30 + look_ahead + 1 :].any()


def test_the_speech_decoder_makes_two_frames_per_token_for_any_length():
    decoder = GPT2SpeechDecoder().eval()
    with torch.inference_mode():
        assert decoder.decode(torch.randn(1, 17 + 50, 512), 50).shape == (1, 100, 102)
        assert decoder.decode(torch.randn(1, 17 + 1500, 512), 1500).shape == (1, 3000, 102)


def test_short_speech_is_decoded_in_one_pass():
    decoder, audio = GPT2SpeechDecoder().eval(), torch.randn(1, 17 + 120, 512)
    with torch.inference_mode():
        assert torch.equal(decoder.decode(audio, 120), decoder(audio, 120))


def test_the_alignment_repeats_symbols_by_their_durations():
    index = alignment(torch.tensor([[2, 1, 3], [1, 1, 1]]))
    assert index.tolist() == [[0, 0, 1, 2, 2, 2], [0, 1, 2, 2, 2, 2]]


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.4])
def test_whole_durations_preserve_the_total_and_every_symbol(speed: float):
    log_durations = (1 + 4 * torch.rand(1, 40)).log()
    durations = whole_durations(log_durations, speed)
    assert durations.min() >= 1
    assert abs(float(durations.sum() - log_durations.exp().sum() / speed)) <= 2 + 0.05 * 40


def test_symbol_times_are_centres():
    torch.testing.assert_close(symbol_times(torch.tensor([[2, 4]]), 40.0), torch.tensor([[0.025, 0.1]]))


def test_lengthened_tokens_depend_on_their_position_in_the_symbol():
    predictor, text = DurationPitchPredictor(), torch.zeros(1, 2, 512)
    lengthened = predictor.lengthen(text, torch.tensor([[3, 2]]))
    assert lengthened.shape == (1, 5, 512)
    assert not torch.allclose(lengthened[0, 0], lengthened[0, 2])


def test_the_voice_encoder_gives_16_latents_and_a_unit_embedding():
    encoder, mel = VoiceEncoder().eval(), torch.randn(1, 100, 160) - 6
    with torch.inference_mode():
        latents, speaker = encoder(mel)
        assert latents.shape == (1, 16, 512) and speaker.shape == (1, 256)
        torch.testing.assert_close(speaker.norm(dim=-1), torch.ones(1))
        assert not torch.allclose(encoder(mel + 1)[1], speaker)


def test_the_speech_encoder_makes_one_token_per_two_frames():
    with torch.inference_mode():
        assert SpeechEncoder().eval()(torch.randn(1, 100, 240)).shape == (1, 120, 512)


def test_the_voice_encoder_ignores_padding():
    encoder, mel = VoiceEncoder().eval(), torch.randn(1, 100, 160) - 6
    mask = torch.arange(160)[None] < 100
    with torch.inference_mode():
        latents, speaker = encoder(mel, mask)
        mel[..., 140:] += 3  # beyond the receptive field of the last real frames
        for padded, expected in zip(encoder(mel, mask), (latents, speaker), strict=True):
            torch.testing.assert_close(padded, expected, atol=1e-5, rtol=1e-4)
