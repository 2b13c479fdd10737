"""The decoding loop: sentences [conditioning latents + text ids] -> codes and the latents that predict them.

Latents are collected while decoding, so no second pass is needed. Several sentences are decoded as one batch: finished
rows leave it, and every row samples from its own generator, so a sentence does not depend on its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ...progress import (
    Progress,
    ProgressCallback,
    Stage,
    ignore,
)
from ...settings import SpeechSampling
from .gpt import XTTSGPT, IncrementalDecoder
from .prefill import prefill
from .sampling import initial_history, process_logits, sample_codes


@dataclass(frozen=True)
class DecodingRequest:
    """What one row decodes: latents [1, 32, C], text ids [1, L], at most ``max_new_tokens`` codes, and its seed."""

    conditioning: Tensor
    text_ids: Tensor
    max_new_tokens: int
    seed: int = 0


@dataclass
class DecodedCodes:
    """Codes [n] and latents [n, C] so far, stop code included; ``finished`` unless cut off at ``max_new_tokens``."""

    codes: list[int] = field(default_factory=list)
    latents: list[Tensor] = field(default_factory=list)
    finished: bool = False

    def values(self) -> Tensor:
        """Latents [1, n, C]."""
        return torch.stack(self.latents)[None]


@torch.inference_mode()
def decode_batch(
    gpt: XTTSGPT,
    requests: Sequence[DecodingRequest],
    sampling: SpeechSampling,
    progress: ProgressCallback = ignore,
) -> list[DecodedCodes]:
    """Decode a batch to its end; every code of the longest row is reported."""
    results: list[DecodedCodes] = []
    for count, results in enumerate(decode_stream(gpt, requests, sampling), 1):  # noqa: B007 - returned below
        progress(Progress(Stage.DECODE_SPEECH, count, max_codes(requests)))
    return results


def max_codes(requests: Sequence[DecodingRequest]) -> int:
    """The most codes that a batch may have."""
    return max(request.max_new_tokens for request in requests)


def decode_stream(
    gpt: XTTSGPT, requests: Sequence[DecodingRequest], sampling: SpeechSampling
) -> Iterator[list[DecodedCodes]]:
    """After each code: everything decoded so far, one entry for each request (the same objects every time)."""
    decoded = [DecodedCodes() for _ in requests]
    texts = [request.text_ids for request in requests]
    generators = [torch.Generator().manual_seed(request.seed) for request in requests]
    rows = list(range(len(requests)))  # of the requests that go on
    longest, config = max_codes(requests), gpt.config
    run = IncrementalDecoder(gpt, longest)
    entered, mask = prefill(run, [request.conditioning for request in requests], texts)
    history = initial_history(len(rows), config.codes, config.start_code, entered.device)
    for step in range(longest):
        latents = run.advance(entered, mask)
        scores = process_logits(gpt.code_head(latents).float(), history, sampling)
        scores = scores.cpu() if sampling.temperature else scores
        codes = sample_codes(scores, sampling, [generators[row] for row in rows])
        for row, code, latent in zip(rows, codes.tolist(), latents, strict=True):
            decoded[row].codes.append(code)
            decoded[row].latents.append(latent)
            decoded[row].finished = code == config.stop_code
        yield decoded
        going = [
            index
            for index, row in enumerate(rows)
            if not decoded[row].finished and len(decoded[row].codes) < requests[row].max_new_tokens
        ]
        if not going:
            return
        codes = codes.to(entered.device)
        if len(going) < len(rows):
            chosen = torch.tensor(going, device=entered.device)
            run.select_rows(chosen)
            rows, codes, history = [rows[index] for index in going], codes[chosen], history[chosen]
            mask = None if mask is None else mask[chosen]
        history.scatter_(1, codes[:, None], True)
        entered = gpt.embed_codes(codes[:, None], step + 1)
        mask = None if mask is None else torch.nn.functional.pad(mask, (0, 1), value=1)
