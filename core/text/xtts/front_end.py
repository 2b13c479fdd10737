"""The front end of XTTS-v2: text -> sentences of token ids, by cleaning, splitting, romanising and BPE."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...errors import InputError
from ...settings.limits import check_text
from .cleaner import clean
from .languages import LANGUAGES
from .romanize import romanized
from .sentences import PARAGRAPH_PAUSE, pause_after, split_by_characters
from .tokenizer import XTTSTokenizer


@dataclass(frozen=True)
class TokenizedSentence:
    """The cleaned text of a sentence, its token ids, and the pause after it in seconds."""

    text: str
    token_ids: tuple[int, ...]
    pause: float


class XTTSFrontEnd:
    """See the module docstring. A sentence has at most ``max_tokens`` token ids."""

    def __init__(self, tokenizer: XTTSTokenizer, max_tokens: int) -> None:
        self.tokenizer, self.max_tokens = tokenizer, max_tokens

    def sentences(self, text: str, language: str = "en", faithful: bool = False) -> list[TokenizedSentence]:
        """The sentences of ``text``. Raises InputError for a text without words, or one that is too long."""
        language = self.tokenizer.check(language)
        check_text(text)
        sentences: list[TokenizedSentence] = []
        for paragraph in text.splitlines():
            cleaned = clean(paragraph, language, faithful)
            if any(sign.isalnum() for sign in cleaned):
                parts = split_by_characters(cleaned, LANGUAGES[language].max_characters)
                tokenized = [sentence for part in parts for sentence in self._tokenize(part, language)]
                sentences += [*tokenized[:-1], replace(tokenized[-1], pause=PARAGRAPH_PAUSE)]
        if not sentences:
            raise InputError(f"text {text[:40]!r} has no words to speak: write a word or a number.")
        return sentences

    def _tokenize(self, text: str, language: str) -> list[TokenizedSentence]:
        """Text as one sentence; while it has too many token ids, it is halved between words."""
        ids = self.tokenizer.encode(romanized(text, language), language)
        if len(ids) <= self.max_tokens:
            return [TokenizedSentence(text, tuple(ids), pause_after(text))]
        words = text.split()
        if len(words) < 2:
            raise InputError(
                f"text {text[:40]!r}... is one word of {len(ids)} tokens (at most {self.max_tokens}): put spaces in it."
            )
        middle = len(words) // 2
        halves = " ".join(words[:middle]), " ".join(words[middle:])
        return [sentence for half in halves for sentence in self._tokenize(half, language)]
