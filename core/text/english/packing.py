"""The lexicon compressed into a uint8 tensor: front coding of the sorted words, then LZMA.

A line holds one letter for the length of the prefix shared with the previous spelling, the rest of the spelling, a
tab, one letter for the prefix shared with the previous pronunciation, and the rest of the pronunciation.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 3, "lp": 0, "pb": 0}]
PREFIX_BASE, MAX_PREFIX = 33, 60  # a shared prefix of length n is written as chr(33 + n)


def shared_prefix(first: str, second: str) -> int:
    """Number of leading characters that two strings share, at most MAX_PREFIX."""
    limit = min(len(first), len(second), MAX_PREFIX)
    return next((index for index in range(limit) if first[index] != second[index]), limit)


def front_code(previous: str, text: str) -> str:
    shared = shared_prefix(previous, text)
    return chr(PREFIX_BASE + shared) + text[shared:]


def pack(entries: Mapping[str, str]) -> Tensor:
    """Words and pronunciations (no tabs or newlines) -> uint8 [N]."""
    lines, word, spoken = [], "", ""
    for next_word in sorted(entries):
        next_spoken = entries[next_word]
        lines.append(front_code(word, next_word) + "\t" + front_code(spoken, next_spoken))
        word, spoken = next_word, next_spoken
    text = "\n".join(lines)
    letters = "".join(sorted(set(text)))
    single = bytes(letters.index(letter) for letter in text)
    header = letters.encode()
    packed = lzma.compress(single, format=lzma.FORMAT_RAW, filters=FILTERS)
    return torch.from_numpy(np.frombuffer(bytes([len(header)]) + header + packed, np.uint8).copy())


def unpack(packed: Tensor) -> dict[str, str]:
    """uint8 [N] written by ``pack`` -> words and pronunciations."""
    data = packed.numpy().tobytes()
    letters = data[1 : 1 + data[0]].decode()
    single = lzma.decompress(data[1 + data[0] :], format=lzma.FORMAT_RAW, filters=FILTERS)
    text = single.decode("latin-1").translate(dict(enumerate(letters)))
    entries, word, spoken = {}, "", ""
    for line in text.split("\n"):
        left, right = line.split("\t")
        word = word[: ord(left[0]) - PREFIX_BASE] + left[1:]
        spoken = spoken[: ord(right[0]) - PREFIX_BASE] + right[1:]
        entries[word] = spoken
    return entries
