"""Text in, sentences of ids out: cleaning, splitting, romanising and BPE behind one call."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InputError
from .cleaner import clean
from .languages import LANGUAGES
from .romanize import romanized
from .sentences import PAUSE_PARAGRAPH, pause_after, split_sentences
from .tokenizer import SpeechTokenizer

MOST_CHARACTERS = 50_000


@dataclass(frozen=True)
class TokenizedSentence:
    """The cleaned text of a piece, its ids, and the silence after it in seconds."""

    text: str
    token_ids: tuple[int, ...]
    pause: float


class SpeechFrontEnd:
    """``most`` is the number of ids that one sentence may have."""

    def __init__(self, tokenizer: SpeechTokenizer, most: int) -> None:
        self.tokenizer, self.most = tokenizer, most

    def sentences(self, text: str, language: str = "en", faithful: bool = False) -> list[TokenizedSentence]:
        """The pieces of ``text``. Raises InputError when there is nothing to say, or far too much."""
        language = self.tokenizer.check(language)
        if len(text) > MOST_CHARACTERS:
            raise InputError(f"text has {len(text)} characters, and at most {MOST_CHARACTERS} can be spoken: split it.")
        spoken: list[TokenizedSentence] = []
        for paragraph in text.splitlines():
            cleaned = clean(paragraph, language, faithful)
            if any(sign.isalnum() for sign in cleaned):
                pieces = split_sentences(cleaned, LANGUAGES[language].longest)
                made = [piece for part in pieces for piece in self._fitting(part, language)]
                spoken += [*made[:-1], TokenizedSentence(made[-1].text, made[-1].token_ids, PAUSE_PARAGRAPH)]
        if not spoken:
            raise InputError(f"text {text[:40]!r} has no words to speak: write a word or a number.")
        return spoken

    def _fitting(self, piece: str, language: str) -> list[TokenizedSentence]:
        """A piece whose ids are too many is halved between words."""
        ids = self.tokenizer.encode(romanized(piece, language), language)
        if len(ids) <= self.most:
            return [TokenizedSentence(piece, tuple(ids), pause_after(piece))]
        words = piece.split()
        if len(words) < 2:
            raise InputError(
                f"text {piece[:40]!r}... is one run of {len(ids)} tokens and at most {self.most} fit: put spaces in it."
            )
        middle = len(words) // 2
        halves = " ".join(words[:middle]), " ".join(words[middle:])
        return [sentence for half in halves for sentence in self._fitting(half, language)]
