"""Phoneme times -> the 8 articulation channels of the face: the teacher of the motion decoder.

Dominance functions after Cohen & Massaro, "Modeling Coarticulation in Synthetic Visual Speech" (1993): every phoneme
pulls each channel towards its target with a weight that is highest over the phoneme and decays exponentially on both
sides; a frame is the weighted mean of all targets, so lips round before a "w" and a vowel colours its neighbours.
Contacts (p b m, f v) then override the mean, because there coarticulation stops.

In: a phoneme string of ``core.text.english.symbols`` and one duration per symbol plus START and END, in units of 25 ms.
Out: ``[F, 8]`` at the frame centres, in the units and order of ``core.motion_channels.ARTICULATION``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from ...core.bundles import TimedSymbol
from ...core.motion_channels import ARTICULATION
from ...core.text.english.symbols import (
    END,
    PAUSE_SYMBOLS,
    START,
    STRESS,
    VOWELS,
)
from ...core.timing import TOKEN_RATE, frame_centers
from .articulation_targets import CONSTRICTIONS, REST, TARGETS

FIRST_HALF = 0.55  # share of a diphthong that belongs to its first target
PLATEAU = 0.5  # share of a phoneme, around its middle, over which its dominance stays at its peak
LEAD, LAG = 1 / 0.034, 1 / 0.030  # decay per second of the dominance before and after the plateau
RAMP = 0.075  # seconds from contact to free lips: about 0.2 m/s on a real mouth
GRIP = 0.055  # seconds over which lip_press and lip_teeth fade around a contact
MAX_SECONDS = {"vowel": 0.22, "consonant": 0.15}  # of a sound before a pause; the rest of it is silence
SOUND_LEAD = 0.0625  # seconds by which the teacher's sound precedes its durations: 62 +- 8 ms, at 1,500 closures

_INDEX = {name: index for index, name in enumerate(ARTICULATION)}
_ROW_CHANNELS = ("jaw", "lip_gap", "lip_width", "lip_round", "tongue", "upper_lip")
_STRENGTH_OF = {"jaw": 6, "lip_gap": 7, "lip_width": 7, "lip_round": 7, "tongue": 8, "upper_lip": 7}


def articulate(phonemes: str, durations: Sequence[int], fps: float, seconds: float | None = None) -> Tensor:
    """Articulation channels [F, 8] at frame centres, F = ceil(seconds * fps); seconds is the durations' sum if None."""
    times = phoneme_times(phonemes, durations)
    length = times[-1].end if seconds is None else seconds
    centers = torch.tensor(frame_centers(0, math.ceil(round(length * fps, 6)), fps))
    return _contacts(_dominated(times, centers), times, centers, fps)


def phoneme_times(phonemes: str, durations: Sequence[int]) -> tuple[TimedSymbol, ...]:
    """Sounds and pauses in order, timed by the sound, without gaps; stress marks and spaces give time to neighbours."""
    if len(durations) != len(phonemes) + 2:
        raise ValueError(f"{len(phonemes)} phonemes need {len(phonemes) + 2} durations (with both ends)")
    lengths = _lead([duration / TOKEN_RATE for duration in durations])
    return _in_order(*_trim_before_pauses(*_merge([START, *phonemes, END], lengths)))


def without_marks(times: Sequence[TimedSymbol]) -> tuple[TimedSymbol, ...]:
    """The same for symbols whose times are known already, such as a narration's: no stress marks, no spaces."""
    lengths = [timed.end - timed.start for timed in times]
    return _in_order(*_trim_before_pauses(*_merge([timed.symbol for timed in times], lengths)))


def _in_order(symbols: list[str], lengths: list[float]) -> tuple[TimedSymbol, ...]:
    timed, clock = [], 0.0
    for symbol, length in zip(symbols, lengths, strict=True):
        timed.append(TimedSymbol(symbol, clock, clock + length))
        clock += length
    return tuple(timed)


def _merge(symbols: list[str], lengths: list[float]) -> tuple[list[str], list[float]]:
    """Drop stress marks and spaces. A space's time goes to both neighbours, or to the one that is a pause."""
    kept: list[str] = []
    times: list[float] = []
    carried = 0.0
    for index, (symbol, length) in enumerate(zip(symbols, lengths, strict=True)):
        if symbol in STRESS:
            carried += length
        elif symbol == " ":
            after = 0.0 if kept[-1] in PAUSE_SYMBOLS else 1.0 if symbols[index + 1] in PAUSE_SYMBOLS else 0.5
            times[-1] += (1 - after) * length
            carried += after * length
        else:
            kept.append(symbol)
            times.append(length + carried)
            carried = 0.0
    return kept, times


def _lead(lengths: list[float]) -> list[float]:
    """Move every boundary SOUND_LEAD earlier, to where the sound has it, within the silences at both ends."""
    lead = min(SOUND_LEAD, lengths[0])
    return [lengths[0] - lead, *lengths[1:-1], lengths[-1] + lead]


def _trim_before_pauses(symbols: list[str], lengths: list[float]) -> tuple[list[str], list[float]]:
    """The teacher counts part of a pause to the sound before it: what exceeds MAX_SECONDS returns to the pause."""
    for index in range(len(symbols) - 1):
        if symbols[index + 1] in PAUSE_SYMBOLS and symbols[index] not in PAUSE_SYMBOLS:
            longest = MAX_SECONDS["vowel" if symbols[index] in VOWELS else "consonant"]
            spare = max(0.0, lengths[index] - longest)
            lengths[index] -= spare
            lengths[index + 1] += spare
    return symbols, lengths


def _dominated(times: Sequence[TimedSymbol], centers: Tensor) -> Tensor:
    """Mean of all targets weighted by dominance: [F, 8]."""
    spans, rows = _segments(times)
    table, span = torch.tensor(rows), torch.tensor(spans)
    middle, half = span.mean(1), (span[:, 1] - span[:, 0]) * (PLATEAU / 2)
    offset = centers[:, None] - middle  # [F, S]
    distance = (offset.abs() - half).clamp_min(0)
    decay = torch.exp(-distance * torch.where(offset < 0, LEAD, LAG))
    channels = torch.zeros(len(centers), len(ARTICULATION))
    for column, name in enumerate(_ROW_CHANNELS):
        weight = decay * table[:, _STRENGTH_OF[name]]
        channels[:, _INDEX[name]] = weight @ table[:, column] / weight.sum(1).clamp_min(1e-12)
    return channels


def _segments(times: Sequence[TimedSymbol]) -> tuple[list[tuple[float, float]], list[tuple[float, ...]]]:
    """(start, end) and target row of each articulatory segment; a diphthong makes two."""
    spans: list[tuple[float, float]] = []
    rows: list[tuple[float, ...]] = []
    for timed in times:
        targets = (REST,) if timed.symbol in PAUSE_SYMBOLS else TARGETS[timed.symbol]
        turn = timed.start + (FIRST_HALF if len(targets) == 2 else 1.0) * (timed.end - timed.start)
        spans += [(timed.start, turn), (turn, timed.end)][: len(targets)]
        rows += targets
    return spans, rows


def _contacts(channels: Tensor, times: Sequence[TimedSymbol], centers: Tensor, fps: float) -> Tensor:
    """Lay the contacts of lips and teeth over [F, 8]; each is at least one frame long, so that a frame shows it."""
    for channel, gap in sorted({(contact.channel, contact.gap) for contact in CONSTRICTIONS.values()}, reverse=True):
        spans = [_contact_span(timed, 1.001 / fps) for timed in times if _touches(timed, channel)]
        if not spans:
            continue
        first, last = torch.tensor(spans).unbind(1)
        distance = torch.maximum(first - centers[:, None], centers[:, None] - last).clamp_min(0).amin(1)  # [F]
        free = _smooth(distance / RAMP)
        lip_gap = channels[:, _INDEX["lip_gap"]]
        channels[:, _INDEX["lip_gap"]] = torch.minimum(lip_gap, gap + free * (lip_gap - gap).clamp_min(0))
        channels[:, _INDEX[channel]] = 1 - _smooth(distance / GRIP)
    return channels


def _touches(timed: TimedSymbol, channel: str) -> bool:
    return timed.symbol in CONSTRICTIONS and CONSTRICTIONS[timed.symbol].channel == channel


def _contact_span(timed: TimedSymbol, shortest: float) -> tuple[float, float]:
    contact, length = CONSTRICTIONS[timed.symbol], timed.end - timed.start
    first, last = timed.start + contact.first * length, timed.start + contact.last * length
    widen = max(0.0, shortest - (last - first)) / 2
    return first - widen, last + widen


def _smooth(ratio: Tensor) -> Tensor:
    """0 at 0, 1 from 1 on, flat at both ends."""
    ratio = ratio.clamp(0, 1)
    return ratio * ratio * (3 - 2 * ratio)
