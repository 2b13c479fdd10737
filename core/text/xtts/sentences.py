"""Cleaned text -> sentences within a maximum length, each spoken in one pass, and the pauses after them.

Short sentences join their neighbour, since XTTS-v2 reads one or two words badly. A sentence that is too long is cut at
the punctuation or space nearest to its middle.
"""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[^.!?。！？؟।]+[.!?。！？؟।]*[\"'”’)\]]*")
MIN_CHARACTERS = 20
CUTS = (r"(?<=[;:])\s+", r"(?<=[,،、，])\s*", r"\s+")
PAUSES = {".": 0.25, "!": 0.25, "?": 0.3, "。": 0.25, "！": 0.25, "？": 0.3, "؟": 0.3, "।": 0.25}  # seconds
INNER_PAUSE, PARAGRAPH_PAUSE = 0.1, 0.5  # seconds


def split_by_characters(text: str, max_characters: int) -> list[str]:
    """Sentences of at most ``max_characters``; together they hold every word of ``text`` once."""
    sentences = [match.group().strip() for match in SENTENCE.finditer(text)]
    parts = [part for sentence in sentences if sentence for part in split_sentence(sentence, max_characters)]
    return merge_short_sentences(parts, max_characters)


def split_sentence(sentence: str, max_characters: int) -> list[str]:
    """Cut a sentence in two until every part fits; a run without a place to cut is cut in the middle."""
    if len(sentence) <= max_characters:
        return [sentence]
    cut = central_cut(sentence)
    halves = sentence[:cut].strip(), sentence[cut:].strip()
    return [part for half in halves for part in split_sentence(half, max_characters)]


def central_cut(sentence: str) -> int:
    """The cut nearest to the middle: after ; or : in the middle half, else after a comma in it, else at a space."""
    middle = len(sentence) // 2
    for pattern in CUTS:
        places = [match.end() for match in re.finditer(pattern, sentence) if 0 < match.end() < len(sentence)]
        near = [place for place in places if abs(place - middle) <= middle // 2]
        if near or (pattern == CUTS[-1] and places):
            return min(near or places, key=lambda place: abs(place - middle))
    return middle


def merge_short_sentences(sentences: list[str], max_characters: int) -> list[str]:
    """Join a very short sentence with the one before it, or else with the one after it."""
    merged: list[str] = []
    for sentence in sentences:
        short = bool(merged) and min(len(merged[-1]), len(sentence)) < MIN_CHARACTERS
        if short and len(merged[-1]) + 1 + len(sentence) <= max_characters:
            merged[-1] += " " + sentence
        else:
            merged.append(sentence)
    return merged


def pause_after(sentence: str) -> float:
    """Seconds of silence after a sentence, by its final punctuation."""
    return PAUSES.get(sentence.rstrip("\"'”’)]")[-1:], INNER_PAUSE)
