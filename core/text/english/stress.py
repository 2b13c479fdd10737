"""Stress marks, which stand right before the vowel they stress: ˈ primary and ˌ secondary."""

from __future__ import annotations

from .symbols import STRESS, VOWELS

PRIMARY, SECONDARY = STRESS
DIPHTHONGS = "AIOWYʤʧ"


def stressed(phonemes: str, mark: str) -> str:
    """Stress the first vowel of an unstressed word with ``mark``; a stressed word stays as it is."""
    first = next((index for index, symbol in enumerate(phonemes) if symbol in VOWELS), None)
    if first is None or PRIMARY in phonemes or SECONDARY in phonemes:
        return phonemes
    return phonemes[:first] + mark + phonemes[first:]


def weakened(phonemes: str) -> str:
    """Primary stress becomes secondary; secondary stress beside it is dropped."""
    if PRIMARY not in phonemes:
        return phonemes
    return phonemes.replace(SECONDARY, "").replace(PRIMARY, SECONDARY)


def strengthened(phonemes: str) -> str:
    """Secondary stress becomes primary where there is no primary."""
    return phonemes if PRIMARY in phonemes else phonemes.replace(SECONDARY, PRIMARY)


def weight(phonemes: str) -> int:
    """Approximate duration of a part: diphthongs and affricates count twice."""
    return len(phonemes) + sum(symbol in DIPHTHONGS for symbol in phonemes)


def join_compound(parts: list[str]) -> str:
    """Join the parts of one word; when most parts have primary stress, the lighter half of them loses it."""
    parts = [part for part in parts if part]
    strong = [PRIMARY in part for part in parts]
    if len(parts) < 2 or sum(strong) <= (len(parts) + 1) // 2:
        return "".join(parts)
    order = sorted(range(len(parts)), key=lambda index: (strong[index], weight(parts[index]), index))
    light = set(order[: len(parts) // 2])
    return "".join(weakened(part) if index in light else part for index, part in enumerate(parts))


def join_letter_names(letters: list[str]) -> str:
    """Letter names in a row: the last one carries the stress."""
    return "".join([*map(weakened, letters[:-1]), letters[-1]])
