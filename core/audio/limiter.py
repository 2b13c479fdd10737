"""A look-ahead limiter: chunks of sound [B, 1, S] at 24 kHz -> the same sound with its peaks below a ceiling.

The gain of a sample depends only on the peaks of the 25-ms blocks within a tenth of a second, so the joined result is
the same for any chunks, and a peak does not turn down speech that is far from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from ..timing import TOKEN_SAMPLES as BLOCK

REACH = 4  # blocks on either side that a peak turns down


def limit_peaks(chunks: Iterable[Tensor], ceiling: float = 0.95) -> Iterator[Tensor]:
    """Yield every sample as soon as its gain is known; the last chunk holds the rest."""
    waiting, gains, done = None, torch.empty(0), 0  # gains: of each block so far; done: number of blocks yielded
    for chunk in chunks:
        waiting = chunk if waiting is None else torch.cat([waiting, chunk], -1)
        gains = _extended(gains, waiting, done, waiting.shape[-1] // BLOCK, ceiling)
        ready = len(gains) - REACH
        if ready > done:
            samples = (ready - done) * BLOCK
            yield waiting[..., :samples] * _curve(gains, done, ready).to(waiting)
            waiting, done = waiting[..., samples:], ready
    if waiting is not None and waiting.shape[-1]:
        gains = _extended(gains, waiting, done, -(-waiting.shape[-1] // BLOCK), ceiling)
        yield waiting * _curve(gains, done, len(gains))[: waiting.shape[-1]].to(waiting)


def _extended(gains: Tensor, waiting: Tensor, done: int, blocks: int, ceiling: float) -> Tensor:
    """Append the gains of new blocks in ``waiting``, which begins at block ``done``."""
    known = len(gains) - done
    fresh = waiting[..., known * BLOCK : blocks * BLOCK].abs().amax((0, 1)).cpu()
    fresh = F.pad(fresh, (0, -len(fresh) % BLOCK)).unflatten(0, (-1, BLOCK)) if len(fresh) else fresh.view(0, 1)
    return torch.cat([gains, (ceiling / fresh.amax(1).clamp_min(1e-6)).clamp_max(1.0)])


def _curve(gains: Tensor, first: int, last: int) -> Tensor:
    """Gain of every sample in blocks [first, last): linear between block edges, never above the gain of a block."""
    padded = F.pad(gains, (REACH, REACH), value=1.0)[first : last + 2 * REACH]
    edges = -F.max_pool1d(-padded[None], 2 * REACH, 1)[0]  # [blocks + 1]
    step = torch.arange(BLOCK) / BLOCK
    return (edges[:-1, None] + step * (edges[1:] - edges[:-1])[:, None]).flatten()
