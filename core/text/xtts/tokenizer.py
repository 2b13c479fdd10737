"""The tokenizer of XTTS-v2: byte-pair encoding by the checkpoint's ``vocab.json``.

A sentence is encoded as ``[en]`` + text with every space as ``[SPACE]``; ids come without START and STOP.
"""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer

from ...errors import InputError
from .languages import LANGUAGES


class XTTSTokenizer:
    """See the module docstring. ``rows`` is the largest id + 1 (ids have gaps)."""

    def __init__(self, bpe: Tokenizer) -> None:
        self.bpe = bpe
        vocabulary = bpe.get_vocab(with_added_tokens=True)
        self.rows = max(vocabulary.values(), default=-1) + 1
        self.languages = tuple(language for language in LANGUAGES if f"[{language}]" in vocabulary)
        if not self.languages or "[SPACE]" not in vocabulary:
            raise InputError(
                "vocabulary has no language token such as [en], or no [SPACE]: use the vocab.json of XTTS-v2."
            )

    @classmethod
    def from_file(cls, path: Path) -> XTTSTokenizer:
        return cls(Tokenizer.from_file(str(path)))

    def check(self, language: str) -> str:
        """The key of a language (``zh`` means ``zh-cn``). Raises InputError if the checkpoint lacks it."""
        key = {"zh": "zh-cn"}.get(language.lower(), language.lower())
        if key not in self.languages:
            raise InputError(
                f"language is {language!r}, but this checkpoint speaks only these: {', '.join(self.languages)}."
            )
        return key

    def encode(self, text: str, language: str) -> list[int]:
        """Cleaned, romanised text -> token ids."""
        return self.bpe.encode(f"[{language}]{text}".replace(" ", "[SPACE]")).ids
