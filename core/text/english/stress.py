"""Moving stress: marks stand right before the vowel they stress, ˈ primary and ˌ secondary."""

from __future__ import annotations

from .symbols import STRESS, VOWELS

PRIMARY, SECONDARY = STRESS
DIPHTHONGS = "AIOWYʤʧ"


def stressed(phonemes: str, mark: str) -> str:
    """Give an unstressed word one mark, on its first vowel; a stressed word stays as it is."""
    first = next((index for index, symbol in enumerate(phonemes) if symbol in VOWELS), None)
    if first is None or PRIMARY in phonemes or SECONDARY in phonemes:
        return phonemes
    return phonemes[:first] + mark + phonemes[first:]


def weakened(phonemes: str) -> str:
    """Primary stress becomes secondary, and secondary stress beside it goes."""
    if PRIMARY not in phonemes:
        return phonemes
    return phonemes.replace(SECONDARY, "").replace(PRIMARY, SECONDARY)


def strengthened(phonemes: str) -> str:
    """Secondary stress becomes primary where there is no primary."""
    return phonemes if PRIMARY in phonemes else phonemes.replace(SECONDARY, PRIMARY)


def weight(phonemes: str) -> int:
    """How long a part sounds: diphthongs and affricates count twice."""
    return len(phonemes) + sum(symbol in DIPHTHONGS for symbol in phonemes)


def compound(parts: list[str]) -> str:
    """Join the parts of one word: the lighter half loses primary stress when most parts have it."""
    parts = [part for part in parts if part]
    strong = [PRIMARY in part for part in parts]
    if len(parts) < 2 or sum(strong) <= (len(parts) + 1) // 2:
        return "".join(parts)
    order = sorted(range(len(parts)), key=lambda index: (strong[index], weight(parts[index]), index))
    light = set(order[: len(parts) // 2])
    return "".join(weakened(part) if index in light else part for index, part in enumerate(parts))


def spelled(letters: list[str]) -> str:
    """Letter names said in one breath: the last one carries the stress."""
    joined = [weakened(letter) for letter in letters[:-1]]
    return "".join([*joined, letters[-1]])
