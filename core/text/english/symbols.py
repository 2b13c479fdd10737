"""The phoneme alphabet shared by the text front end, the duration predictor and the articulation of the face.

Symbols follow Kokoro's English subset of IPA: capital letters are diphthongs (A ei, I ai, O ou, W au, Y oi), T is a
flapped t, and stress marks stand before the vowel they stress. START and END frame every sentence and last as long as
its leading and trailing silence.
"""

from __future__ import annotations

START, END = "^", "$"
PUNCTUATION = "!,.;?"
STRESS = "ˈˌ"
PAUSE_SYMBOLS = frozenset((START, END, *PUNCTUATION))
VOWELS = "AIOWYiuæɐɑɔəɛɜɪʊʌᵊᵻ"
CONSONANTS = "Tbdfhjklmnpstvwzðŋɡɹʃʒʤʧθ"

SYMBOLS: tuple[str, ...] = (START, END, " ", *PUNCTUATION, *STRESS, *VOWELS, *CONSONANTS)
INDEX: dict[str, int] = {symbol: index for index, symbol in enumerate(SYMBOLS)}


def encode(phonemes: str) -> list[int]:
    """Phoneme string -> token ids, framed by START and END.

    Raises ValueError when a symbol is not in the alphabet.
    """
    unknown = sorted(set(phonemes) - set(SYMBOLS))
    if unknown:
        raise ValueError(
            f"phonemes contain {''.join(unknown)!r}, which is not in the alphabet {''.join(SYMBOLS)!r}: "
            "pass text through core.text.english.phonemizer, or use these symbols."
        )
    return [INDEX[START], *(INDEX[symbol] for symbol in phonemes), INDEX[END]]
