"""Articulation from phoneme times: contacts, ranges, order of openness, silence."""

import itertools

import pytest
import torch
from narrating_face.core.bundles import TimedSymbol
from narrating_face.core.motion_channels import ARTICULATION, MAX_LIP_GAP
from narrating_face.core.text.english.symbols import CONSONANTS, VOWELS
from narrating_face.core.timing import TOKEN_RATE, frame_centers
from narrating_face.research.training.articulation import (
    SOUND_LEAD,
    articulate,
    phoneme_times,
    without_marks,
)
from narrating_face.research.training.articulation_targets import TARGETS

PHONEMES = "hˈɛlp mˌi, bˈɑb! ðə fˈæmᵊli wˈɔʃt sˈʌm vˈAs."
DURATIONS = [12, *(2 for _ in PHONEMES), 8]


def channel(values: torch.Tensor, name: str) -> torch.Tensor:
    return values[:, ARTICULATION.index(name)]


def widest(vowel: str) -> float:
    """Largest lip gap of a vowel between two t."""
    return channel(articulate(f"t{vowel}t", [8, 3, 6, 3, 8], 100.0), "lip_gap").max().item()


def test_every_sound_of_the_alphabet_has_targets() -> None:
    assert set(TARGETS) == set(VOWELS + CONSONANTS)


@pytest.mark.parametrize("seconds", [None, 2.2, 2.201, 5.0])
def test_frame_count_is_ceil_of_seconds(seconds: float | None) -> None:
    total = sum(DURATIONS) / TOKEN_RATE if seconds is None else seconds
    frames = articulate(PHONEMES, DURATIONS, 25.0, seconds).shape[0]
    assert frames - 1 < round(total * 25, 6) <= frames


def test_channels_stay_in_their_ranges() -> None:
    values = articulate(PHONEMES, DURATIONS, 25.0)
    assert channel(values, "lip_gap").min() >= 0
    assert channel(values, "lip_gap").max() <= MAX_LIP_GAP
    assert values.abs().max() <= 1
    assert values[:, ARTICULATION.index("lip_width") + 1 :].min() >= 0


@pytest.mark.parametrize("consonant", "pbm")
@pytest.mark.parametrize("shift", range(5, 13))
def test_every_closure_is_seen_by_a_frame(consonant: str, shift: int) -> None:
    phonemes, durations = f"ɑ{consonant}ɑ", [shift, 5, 1, 5, 4]
    values = articulate(phonemes, durations, 25.0)
    closure = next(timed for timed in phoneme_times(phonemes, durations) if timed.symbol == consonant)
    near = torch.tensor([abs(time - closure.start) < 0.06 for time in frame_centers(0, len(values), 25.0)])
    inside = near & (channel(values, "lip_gap") == 0)
    assert inside.any()
    assert channel(values, "lip_press")[inside].min() == 1


def test_teeth_touch_the_lip_with_a_small_gap() -> None:
    values = articulate("ɑfɑ", [8, 6, 4, 6, 8], 25.0)
    frame = channel(values, "lip_teeth").argmax()
    assert channel(values, "lip_teeth")[frame] == 1
    assert 0 < channel(values, "lip_gap")[frame] < 0.06


def test_vowels_open_in_order() -> None:
    gaps = [widest(vowel) for vowel in "ɑɛəiu"]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0.2
    assert min(widest(vowel) for vowel in "ɑæɔIW") > 0.18


def test_rounding_and_spreading() -> None:
    rounded = articulate("tut", [8, 3, 6, 3, 8], 25.0)
    spread = articulate("tit", [8, 3, 6, 3, 8], 25.0)
    assert channel(rounded, "lip_round").max() > 0.6
    assert channel(rounded, "lip_width").min() < -0.4
    assert channel(spread, "lip_width").max() > 0.5
    assert channel(spread, "lip_round").max() == 0


def test_lips_round_before_the_sound_that_asks_for_it() -> None:
    ahead = channel(articulate("ɑtwɑ", [8, 6, 3, 3, 6, 8], 100.0), "lip_round")
    alone = channel(articulate("ɑtɑɑ", [8, 6, 3, 3, 6, 8], 100.0), "lip_round")
    during_t = slice(30, 35)  # frames of the t, 0.29 to 0.36 s
    assert (ahead[during_t] > alone[during_t] + 0.1).all()


def test_silence_is_rest() -> None:
    values = articulate("ˈɑ. ˈɑ", [20, 1, 5, 20, 1, 1, 5, 20], 25.0)
    middles = [int(25 * time) for time in (0.15, 0.25 + 0.65, 1.6)]
    assert values[middles].abs().max() < 0.03


def test_motion_is_no_faster_than_lips() -> None:
    values = articulate(PHONEMES, DURATIONS, 100.0)
    speed = channel(values, "lip_gap").diff().abs().max() * 100  # inter-ocular distances (about 63 mm) per second
    assert speed < 6


def test_times_cover_the_speech_without_gaps() -> None:
    times = phoneme_times(PHONEMES, DURATIONS)
    assert times[0].start == 0
    assert times[-1].end == pytest.approx(sum(DURATIONS) / TOKEN_RATE)
    assert all(left.end == right.start for left, right in itertools.pairwise(times))
    assert "".join(timed.symbol for timed in times) == "^" + PHONEMES.translate(str.maketrans("", "", "ˈˌ ")) + "$"


def test_times_run_ahead_of_durations_as_the_sound_does() -> None:
    times = phoneme_times("tɑ", [8, 3, 6, 4])
    assert times[1].start == pytest.approx(8 / TOKEN_RATE - SOUND_LEAD)


def test_stress_belongs_to_the_vowel_and_a_space_to_both_sides() -> None:
    times = {timed.symbol: timed for timed in phoneme_times("n ˈɑt", [4, 2, 2, 3, 4, 2, 4])}
    assert times["n"].end - times["n"].start == pytest.approx(3 / TOKEN_RATE)
    assert times["ɑ"].end - times["ɑ"].start == pytest.approx(8 / TOKEN_RATE)


def test_known_times_lose_their_marks_alike() -> None:
    spans = zip(itertools.accumulate(DURATIONS, initial=0), itertools.accumulate(DURATIONS), strict=False)
    raw = [
        TimedSymbol(symbol, start / 40, end / 40) for symbol, (start, end) in zip(f"^{PHONEMES}$", spans, strict=True)
    ]
    expected = phoneme_times(PHONEMES, DURATIONS)
    for timed, other in zip(without_marks(raw), expected, strict=True):
        assert timed.symbol == other.symbol
        assert timed.end == pytest.approx(other.end + SOUND_LEAD * (timed.symbol != "$"))


def test_wrong_count_of_durations_is_refused() -> None:
    with pytest.raises(ValueError, match="3 phonemes need 5 durations"):
        articulate("ɑtɑ", [1, 2, 3], 25.0)
