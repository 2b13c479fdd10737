"""The decoding loop: sentences [conditioning latents + text ids] -> codes and the latents that predict them.

Latents are collected while decoding, so no second pass is needed. Several sentences are decoded as one batch: finished
rows leave it, and every row draws from a generator of its own, so a sentence does not depend on its neighbours. The
caller can stop at every code by raising in ``on_code``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from .gpt import XTTSGPT, Decoding
from .prefill import opening
from .sampling import (
    SpeechSampling,
    draw,
    fresh_history,
    processed,
)

OnCode = Callable[[int], None]


@dataclass(frozen=True)
class Utterance:
    """What one row says: latents [1, 32, C], text ids [1, L], at most ``budget`` codes, and its seed."""

    conditioning: Tensor
    text_ids: Tensor
    budget: int
    seed: int = 0


@dataclass
class Spoken:
    """Codes [n] and latents [n, C] so far, the stop code with them; ``finished`` by it or cut off by the budget."""

    codes: list[int] = field(default_factory=list)
    latents: list[Tensor] = field(default_factory=list)
    finished: bool = False

    def values(self) -> Tensor:
        """Latents [1, n, C]."""
        return torch.stack(self.latents)[None]


@torch.inference_mode()
def decode(
    gpt: XTTSGPT, utterances: Sequence[Utterance], sampling: SpeechSampling, on_code: OnCode | None = None
) -> list[Spoken]:
    """Decode a batch to its end; ``on_code(n)`` is called after the n-th code of the longest row."""
    spoken: list[Spoken] = []
    for count, so_far in enumerate(stream(gpt, utterances, sampling), 1):
        spoken = so_far
        if on_code is not None:
            on_code(count)
    return spoken


def stream(gpt: XTTSGPT, utterances: Sequence[Utterance], sampling: SpeechSampling) -> Iterator[list[Spoken]]:
    """After each code: everything spoken so far, one entry for each utterance (the same objects every time)."""
    spoken = [Spoken() for _ in utterances]
    texts = [utterance.text_ids for utterance in utterances]
    chances = [torch.Generator().manual_seed(utterance.seed) for utterance in utterances]
    rows = list(range(len(utterances)))  # of the utterances that still speak
    longest, config = max(utterance.budget for utterance in utterances), gpt.config
    run = Decoding(gpt, longest)
    entered, mask = opening(run, [utterance.conditioning for utterance in utterances], texts)
    heard = fresh_history(len(rows), config.codes, config.start_code, entered.device)
    for step in range(longest):
        latents = run.advance(entered, mask)
        scores = processed(gpt.code_head(latents).float(), heard, sampling)
        codes = draw(scores.cpu() if sampling.temperature else scores, sampling, [chances[row] for row in rows])
        for row, code, latent in zip(rows, codes.tolist(), latents, strict=True):
            spoken[row].codes.append(code)
            spoken[row].latents.append(latent)
            spoken[row].finished = code == config.stop_code
        yield spoken
        going = [
            index
            for index, row in enumerate(rows)
            if not spoken[row].finished and len(spoken[row].codes) < utterances[row].budget
        ]
        if not going:
            return
        codes = codes.to(entered.device)
        if len(going) < len(rows):
            chosen = torch.tensor(going, device=entered.device)
            run.keep(chosen)
            rows, codes, heard = [rows[index] for index in going], codes[chosen], heard[chosen]
            mask = None if mask is None else mask[chosen]
        heard.scatter_(1, codes[:, None], True)
        entered = gpt.embed_codes(codes[:, None], step + 1)
        mask = None if mask is None else torch.nn.functional.pad(mask, (0, 1), value=1)
