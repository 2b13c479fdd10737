"""A limiter that hears a tenth of a second ahead: pieces of sound [B, 1, S], however cut -> the same sound, its peaks
below a ceiling.

The gain is decided by the peaks of 25-ms blocks near each sample alone, so however the sound is cut into pieces the
joined result is the same, and quiet speech is not turned down for a peak that is minutes away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from .loudness import FRAME

NEAR = 4  # blocks on either side that a peak turns down


def limit_peaks(pieces: Iterable[Tensor], ceiling: float = 0.95) -> Iterator[Tensor]:
    """Pieces come out as soon as their gain is settled; the last one holds the rest."""
    waiting, gains, done = None, torch.empty(0), 0  # gains: what each block needs; done: blocks that are out
    for piece in pieces:
        waiting = piece if waiting is None else torch.cat([waiting, piece], -1)
        gains = _extended(gains, waiting, done, waiting.shape[-1] // FRAME, ceiling)
        ready = len(gains) - NEAR
        if ready > done:
            samples = (ready - done) * FRAME
            yield waiting[..., :samples] * _curve(gains, done, ready).to(waiting)
            waiting, done = waiting[..., samples:], ready
    if waiting is not None and waiting.shape[-1]:
        gains = _extended(gains, waiting, done, -(-waiting.shape[-1] // FRAME), ceiling)
        yield waiting * _curve(gains, done, len(gains))[: waiting.shape[-1]].to(waiting)


def _extended(gains: Tensor, waiting: Tensor, done: int, blocks: int, ceiling: float) -> Tensor:
    """Add the blocks of ``waiting`` (which begins at block ``done``) that are not yet known."""
    known = len(gains) - done
    fresh = waiting[..., known * FRAME : blocks * FRAME].abs().amax((0, 1)).cpu()
    fresh = F.pad(fresh, (0, -len(fresh) % FRAME)).unflatten(0, (-1, FRAME)) if len(fresh) else fresh.view(0, 1)
    return torch.cat([gains, (ceiling / fresh.amax(1).clamp_min(1e-6)).clamp_max(1.0)])


def _curve(gains: Tensor, first: int, last: int) -> Tensor:
    """Gain of every sample in blocks [first, last): lines between block edges, never above what a block needs."""
    padded = F.pad(gains, (NEAR, NEAR), value=1.0)[first : last + 2 * NEAR]
    edges = -F.max_pool1d(-padded[None], 2 * NEAR, 1)[0]  # [blocks + 1]
    step = torch.arange(FRAME) / FRAME
    return (edges[:-1, None] + step * (edges[1:] - edges[:-1])[:, None]).flatten()
