"""Cleaned text -> pieces that are each spoken in one go, within a length, and the pauses between them.

Short sentences join their neighbour: XTTS-v2 is at its worst on a word or two. A sentence that is too long is cut at
the punctuation or space nearest to its middle.
"""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[^.!?。！？؟।]+[.!?。！？؟।]*[\"'”’)\]]*")
SHORTEST = 20  # characters
CUTS = (r"(?<=[;:])\s+", r"(?<=[,،、，])\s*", r"\s+")
PAUSES = {".": 0.25, "!": 0.25, "?": 0.3, "。": 0.25, "！": 0.25, "？": 0.3, "؟": 0.3, "।": 0.25}
PAUSE_INSIDE, PAUSE_PARAGRAPH = 0.1, 0.5  # seconds


def split_sentences(text: str, longest: int) -> list[str]:
    """Pieces of at most ``longest`` characters; together they hold every word of ``text`` once."""
    sentences = [match.group().strip() for match in SENTENCE.finditer(text)]
    pieces = [piece for sentence in sentences if sentence for piece in fitting(sentence, longest)]
    return joined(pieces, longest)


def fitting(sentence: str, longest: int) -> list[str]:
    """Halve a sentence until every part fits; a run without any place to cut is cut by force."""
    if len(sentence) <= longest:
        return [sentence]
    cut = best_cut(sentence)
    return fitting(sentence[:cut].strip(), longest) + fitting(sentence[cut:].strip(), longest)


def best_cut(sentence: str) -> int:
    """The place nearest to the middle, in its middle half if there is one: after ; or :, after a comma, at a space."""
    middle = len(sentence) // 2
    for pattern in CUTS:
        places = [match.end() for match in re.finditer(pattern, sentence) if 0 < match.end() < len(sentence)]
        near = [place for place in places if abs(place - middle) <= middle // 2]
        if near or (pattern == CUTS[-1] and places):
            return min(near or places, key=lambda place: abs(place - middle))
    return middle


def joined(pieces: list[str], longest: int) -> list[str]:
    """Join a very short piece with the one before it, or the first with the one after it."""
    out: list[str] = []
    for piece in pieces:
        short = bool(out) and min(len(out[-1]), len(piece)) < SHORTEST
        if short and len(out[-1]) + 1 + len(piece) <= longest:
            out[-1] += " " + piece
        else:
            out.append(piece)
    return out


def pause_after(sentence: str) -> float:
    """Seconds of silence that a listener expects after a piece."""
    return PAUSES.get(sentence.rstrip("\"'”’)]")[-1:], PAUSE_INSIDE)
