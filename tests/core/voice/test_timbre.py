"""How speech is made to sound like a sample: in mean, in deviation, and by kind of sound."""

import pytest
import torch
from narrating_face.core.audio.bandwidth import whole_band
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.audio.noise import with_noise
from narrating_face.core.audio.sample import prepare_sample
from narrating_face.core.families.starter.calibration import CALIBRATION_TEXT
from narrating_face.core.voice.sound_classes import (
    CENTRES,
    COSINES,
    class_shares,
    cosine_waves,
)
from narrating_face.core.voice.timbre import (
    FACTORS,
    MOST,
    ROWS,
    Frames,
    apply_timbre,
    sample_timbre,
    timbre_correction,
    timbre_frames,
)

TILT = torch.linspace(0.6, -0.6, 100)
KIND = 4  # of sound
PLAIN = (0, 1, 2)  # rows of a colour that are no class's


def _latents(frames: int, seed: int = 0) -> torch.Tensor:
    """Speech latents [1, frames, 102] with sounds of every kind; the last third is silence."""
    chance = torch.Generator().manual_seed(seed)
    kinds = torch.tensor(CENTRES)[torch.randint(len(CENTRES), (frames,), generator=chance)]
    shapes = kinds + torch.randn(kinds.shape, generator=chance)
    shapes[:, 0] = 0  # all of one level
    mel = shapes @ cosine_waves()[: kinds.shape[1]] - 4
    mel[frames * 2 // 3 :] -= 12
    return torch.cat([mel, torch.randn(frames, 2, generator=chance)], 1)[None]


def _heard(latents: torch.Tensor) -> Frames:
    return timbre_frames(latents[..., :100].transpose(1, 2))


def test_silence_has_no_say_in_the_colour():
    latents = _latents(300)
    torch.testing.assert_close(_heard(latents).mean, (latents[:, :200, :100] @ cosine_waves().T).mean(1, keepdim=True))


def test_every_centre_is_of_its_own_class():
    shapes = torch.nn.functional.pad(torch.tensor(CENTRES), (0, COSINES - len(CENTRES[0])))
    shares = class_shares(shapes[None])[0]
    assert shares.argmax(1).tolist() == list(range(len(CENTRES)))
    torch.testing.assert_close(shares.sum(1), torch.ones(len(CENTRES)))


def test_speech_gets_mean_and_deviation_of_the_sample_and_keeps_its_pitch():
    made, sample = _latents(3_000), _latents(3_000, seed=1)
    sample[..., :100] = 1.2 * (sample[..., :100] + 4) - 4 + TILT
    matched = apply_timbre(made, timbre_correction(_heard(sample), _heard(made)))
    torch.testing.assert_close(_heard(matched).mean, _heard(sample).mean, atol=0.15, rtol=0)
    before, after = (
        (_heard(latents).deviation / _heard(sample).deviation)[0, 0, :8].log().abs().mean()
        for latents in (made, matched)
    )
    assert after < 0.25 * before
    assert torch.equal(matched[..., 100:], made[..., 100:])


def test_one_kind_of_sound_is_changed_without_the_others():
    made, sample = _latents(3_000), _latents(3_000)
    chosen = class_shares(_heard(made).cosines - _heard(made).mean)[0, :, KIND] > 0.9
    sample[0, chosen, :100] += 0.3 * torch.cos(torch.linspace(0, 9, 100))
    moved = (
        (apply_timbre(made, timbre_correction(_heard(sample), _heard(made))) - made)[0, :2_000, :100].square().mean(-1)
    )
    assert moved[chosen[:2_000]].mean() > 5 * moved[~chosen[:2_000]].mean()


def test_what_is_given_is_smooth_and_limited():
    made = _latents(600)
    jagged, loud = made.clone(), made.clone()
    jagged[..., :100] += torch.tensor([1.0, -1.0] * 50)
    loud[..., :100] += 9
    change = apply_timbre(made, timbre_correction(_heard(jagged), _heard(made))) - made
    assert float(change[:, :400].abs().mean()) < 0.06
    assert float((apply_timbre(made, timbre_correction(_heard(loud), _heard(made))) - made).amax()) == pytest.approx(
        MOST
    )


def test_a_short_sample_changes_little_and_factors_are_limited():
    made, sample = _latents(3_000), _latents(3_000, seed=1)
    sample[..., :100] = 3 * (sample[..., :100] + 4) - 4
    long, short = (timbre_correction(_heard(sample[:, :count]), _heard(made))[0] for count in (1_900, 12))
    assert long.shape == (ROWS, COSINES) and bool((long[2] <= FACTORS[1]).all())
    assert (short[2] - 1).abs().mean() < 0.5 * (long[2] - 1).abs().mean()
    assert short[len(PLAIN) :].abs().mean() < 0.5 * long[len(PLAIN) :].abs().mean()


def test_noise_is_not_taken_for_the_voice():
    made, sample = _latents(3_000), _latents(3_000, seed=1)
    hiss = torch.rand(100, 50, generator=torch.Generator().manual_seed(2)) * (-3 * torch.ones(100, 1)).exp()
    quiet, sample = made[..., :100].transpose(1, 2), sample[..., :100].transpose(1, 2) + TILT[:, None]
    clean, noisy, blind = (
        sample_timbre(*given, quiet)[0]
        for given in (
            (sample, torch.zeros(100, 1)),
            (with_noise(sample, hiss), hiss),
            (with_noise(sample, hiss), torch.zeros(100, 1)),
        )
    )
    wrong = [float((found[1] - clean[1]).norm() + (found[3:] - clean[3:]).norm()) for found in (noisy, blind)]
    assert wrong[0] < 0.7 * wrong[1]


def test_noise_louder_than_all_speech_leaves_a_finite_colour():
    mel = _latents(300)[..., :100].transpose(1, 2)
    assert sample_timbre(mel, torch.full((100, 4), 9.0), mel).isfinite().all()


def test_without_a_colour_nothing_changes():
    latents = _latents(50)
    assert apply_timbre(latents, None) is latents


@torch.inference_mode()
def test_a_voice_that_speaks_the_calibration_has_its_samples_timbre(starter_model, reader_sample, reader_profile):
    voice = starter_model.voice
    segments = list(voice.entangle(reader_profile, voice.encode_prompt(CALIBRATION_TEXT), None, voice.blocks["ete"]))
    speech = prepare_sample(*reader_sample)[0]
    wanted = timbre_frames(whole_band(log_mel(speech[None])))
    decoder = voice.nets()["speech_decoder"]
    before = torch.cat([decoder.decode(one.audio, one.speech_tokens) for one in segments], 1)
    after = voice.decode_speech(segments).values
    distance = [float((_heard(latents).mean - wanted.mean).abs().mean()) for latents in (before, after)]
    assert distance[1] < 0.5 * distance[0]
