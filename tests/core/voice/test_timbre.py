"""The timbre correction of speech towards a sample: in mean, in deviation, and by class of sound."""

import pytest
import torch
from narrating_face.core.audio.bandwidth import extend_bandwidth
from narrating_face.core.audio.mel import log_mel
from narrating_face.core.audio.noise import add_noise
from narrating_face.core.audio.sample import prepare_sample
from narrating_face.core.families.starter.calibration import CALIBRATION_TEXT
from narrating_face.core.voice.sound_classes import (
    CLASS_CENTERS,
    N_CEPSTRA,
    class_shares,
    dct_basis,
)
from narrating_face.core.voice.timbre import (
    MAX_CHANGE,
    MAX_FACTOR,
    TIMBRE_ROWS,
    CepstralFrames,
    apply_timbre,
    sample_timbre,
    timbre_correction,
    timbre_frames,
)

TILT = torch.linspace(0.6, -0.6, 100)
CHOSEN_CLASS = 4
STATISTICS_ROWS = 3  # of a correction, before those of the classes


def _latents(frames: int, seed: int = 0) -> torch.Tensor:
    """Speech latents [1, frames, 102] with sounds of every class; the last third is silence."""
    generator = torch.Generator().manual_seed(seed)
    centers = torch.tensor(CLASS_CENTERS)[torch.randint(len(CLASS_CENTERS), (frames,), generator=generator)]
    shapes = centers + torch.randn(centers.shape, generator=generator)
    shapes[:, 0] = 0  # the same level everywhere
    mel = shapes @ dct_basis()[: centers.shape[1]] - 4
    mel[frames * 2 // 3 :] -= 12
    return torch.cat([mel, torch.randn(frames, 2, generator=generator)], 1)[None]


def _frames(latents: torch.Tensor) -> CepstralFrames:
    return timbre_frames(latents[..., :100].transpose(1, 2))


def test_silence_does_not_affect_the_statistics():
    latents = _latents(300)
    torch.testing.assert_close(_frames(latents).mean, (latents[:, :200, :100] @ dct_basis().T).mean(1, keepdim=True))


def test_every_class_center_belongs_to_its_class():
    shapes = torch.nn.functional.pad(torch.tensor(CLASS_CENTERS), (0, N_CEPSTRA - len(CLASS_CENTERS[0])))
    shares = class_shares(shapes[None])[0]
    assert shares.argmax(1).tolist() == list(range(len(CLASS_CENTERS)))
    torch.testing.assert_close(shares.sum(1), torch.ones(len(CLASS_CENTERS)))


def test_corrected_speech_has_mean_and_deviation_of_the_sample_and_its_own_pitch():
    made, sample = _latents(3_000), _latents(3_000, seed=1)
    sample[..., :100] = 1.2 * (sample[..., :100] + 4) - 4 + TILT
    matched = apply_timbre(made, timbre_correction(_frames(sample), _frames(made)))
    torch.testing.assert_close(_frames(matched).mean, _frames(sample).mean, atol=0.15, rtol=0)
    before, after = (
        (_frames(latents).deviation / _frames(sample).deviation)[0, 0, :8].log().abs().mean()
        for latents in (made, matched)
    )
    assert after < 0.25 * before
    assert torch.equal(matched[..., 100:], made[..., 100:])


def test_one_class_of_sound_is_corrected_without_the_others():
    made, sample = _latents(3_000), _latents(3_000)
    chosen = class_shares(_frames(made).cepstra - _frames(made).mean)[0, :, CHOSEN_CLASS] > 0.9
    sample[0, chosen, :100] += 0.3 * torch.cos(torch.linspace(0, 9, 100))
    corrected = apply_timbre(made, timbre_correction(_frames(sample), _frames(made)))
    change = (corrected - made)[0, :2_000, :100].square().mean(-1)
    assert change[chosen[:2_000]].mean() > 5 * change[~chosen[:2_000]].mean()


def test_corrections_are_smooth_and_limited():
    made = _latents(600)
    jagged, loud = made.clone(), made.clone()
    jagged[..., :100] += torch.tensor([1.0, -1.0] * 50)
    loud[..., :100] += 9
    change = apply_timbre(made, timbre_correction(_frames(jagged), _frames(made))) - made
    assert float(change[:, :400].abs().mean()) < 0.06
    assert float((apply_timbre(made, timbre_correction(_frames(loud), _frames(made))) - made).amax()) == pytest.approx(
        MAX_CHANGE
    )


def test_a_short_sample_corrects_little_and_factors_are_limited():
    made, sample = _latents(3_000), _latents(3_000, seed=1)
    sample[..., :100] = 3 * (sample[..., :100] + 4) - 4
    long, short = (timbre_correction(_frames(sample[:, :count]), _frames(made))[0] for count in (1_900, 12))
    assert long.shape == (TIMBRE_ROWS, N_CEPSTRA) and bool((long[2] <= MAX_FACTOR).all())
    assert (short[2] - 1).abs().mean() < 0.5 * (long[2] - 1).abs().mean()
    assert short[STATISTICS_ROWS:].abs().mean() < 0.5 * long[STATISTICS_ROWS:].abs().mean()


def test_noise_of_the_sample_is_not_attributed_to_the_voice():
    made, sample = _latents(3_000), _latents(3_000, seed=1)
    noise = torch.rand(100, 50, generator=torch.Generator().manual_seed(2)) * (-3 * torch.ones(100, 1)).exp()
    synthesized, sample = made[..., :100].transpose(1, 2), sample[..., :100].transpose(1, 2) + TILT[:, None]
    clean, informed, uninformed = (
        sample_timbre(*noisy, synthesized)[0]
        for noisy in (
            (sample, torch.zeros(100, 1)),
            (add_noise(sample, noise), noise),
            (add_noise(sample, noise), torch.zeros(100, 1)),
        )
    )
    errors = [float((found[1] - clean[1]).norm() + (found[3:] - clean[3:]).norm()) for found in (informed, uninformed)]
    assert errors[0] < 0.7 * errors[1]


def test_noise_louder_than_the_speech_gives_a_finite_correction():
    mel = _latents(300)[..., :100].transpose(1, 2)
    assert sample_timbre(mel, torch.full((100, 4), 9.0), mel).isfinite().all()


def test_without_a_correction_nothing_changes():
    latents = _latents(50)
    assert apply_timbre(latents, None) is latents


@torch.inference_mode()
def test_the_calibration_text_gets_the_timbre_of_the_sample(starter_model, reader_sample, reader_profile):
    voice = starter_model.voice
    segments = list(voice.entangle(reader_profile, voice.encode_prompt(CALIBRATION_TEXT), None, voice.blocks["ete"]))
    speech = prepare_sample(*reader_sample)[0]
    target = timbre_frames(extend_bandwidth(log_mel(speech[None])))
    decoder = voice.nets()["speech_decoder"]
    before = torch.cat([decoder.decode(one.audio, one.speech_tokens) for one in segments], 1)
    after = voice.decode_speech(segments).values
    distance = [float((_frames(latents).mean - target.mean).abs().mean()) for latents in (before, after)]
    assert distance[1] < 0.5 * distance[0]
