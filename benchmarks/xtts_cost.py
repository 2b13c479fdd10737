"""Speed, memory and accuracy of one precision of XTTS-v2, measured in the calling process.

It loads the checkpoint, makes a voice profile and speaks, which gives the peak memory; then it decodes in turns with a
loop that does what the reference does. The fastest of some rounds counts for every step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor

from ..core.settings import SpeechSampling
from ..core.voice.xtts.config import CODE_RATE, REFERENCE_PRESETS, REFERENCE_RATE
from ..core.voice.xtts.decoding import DecodingRequest, decode_batch
from ..core.voice.xtts.gpt import XTTSGPT
from ..core.voice.xtts.model import BATCH, voice_profile
from ..core.voice.xtts.nets import XTTSNets
from ..core.voice.xtts.sound import stream_batch
from ..core.voice.xtts.vocoder_frames import vocoder_frames
from ..model_loaders.xtts import load_networks, release_encoders
from .process import peak_memory_bytes
from .timing import compute_clock, fastest, timed
from .xtts_reference_loop import ReferenceLoop

ROUNDS, TEXT_TOKENS, SAMPLE_SECONDS = 3, 40, 30
COPIED = 64 * 2**20  # floats
BYTES = {"float32": 4, "float16": 2, "int8": 1}  # of a weight
SAMPLING = SpeechSampling()

OnStep = Callable[[object], None]


@dataclass(frozen=True)
class XTTSCost:
    """Seconds: ``load``, ``first_sound`` and ``last_sound`` of a stream of ``codes`` codes, ``single``, ``batched`` and
    ``reference`` for each code, ``vocoder`` for a second of sound. Bytes: ``peak`` memory, ``weight_bytes`` that one
    code reads, ``copy_rate`` a second. Shares: ``agreement`` and ``latent_error`` against float32."""

    codes: int
    load: float
    first_sound: float
    last_sound: float
    peak: float
    single: float
    batched: float
    reference: float
    vocoder: float
    weight_bytes: float
    copy_rate: float
    agreement: float
    latent_error: float


@torch.inference_mode()
def measure_precision(path: Path, precision: str, codes: int, threads: int = 1) -> XTTSCost:
    """Every measurement of one precision of the checkpoint ``path``."""
    torch.set_num_threads(threads)
    load, nets = timed(partial(load_networks, path, precision))
    noise = 0.1 * torch.randn(1, 1, SAMPLE_SECONDS * REFERENCE_RATE, generator=torch.Generator().manual_seed(0))
    forget = partial(release_encoders, nets, path)
    conditioning, speaker = voice_profile(nets, noise, REFERENCE_RATE, REFERENCE_PRESETS["xtts"], forget)
    requests = [random_request(conditioning, codes, seed) for seed in range(BATCH)]
    first_sound, last_sound = stream_seconds(nets, requests[0], speaker)
    peak = peak_memory_bytes()
    latents = decode_batch(nets.gpt, requests[:1], SAMPLING)[0].values()
    exact = nets.gpt if precision == "float32" else load_networks(path).gpt
    single, batched, reference = code_seconds(nets.gpt, ReferenceLoop(exact), requests)
    vocoding = partial(lambda: list(nets.vocoder.chunks(vocoder_frames(latents), speaker)))
    agreement, latent_error = accuracy(nets.gpt, exact, requests[0])
    return XTTSCost(
        codes=codes,
        load=load,
        first_sound=first_sound,
        last_sound=last_sound,
        peak=peak,
        single=single,
        batched=batched,
        reference=reference,
        vocoder=fastest(vocoding, ROUNDS) * CODE_RATE / codes,
        weight_bytes=bytes_per_code(nets.gpt, precision),
        copy_rate=copy_rate(),
        agreement=agreement,
        latent_error=latent_error,
    )


def random_request(conditioning: Tensor, codes: int, seed: int) -> DecodingRequest:
    """A sentence of random text; another seed gives another length."""
    generator = torch.Generator().manual_seed(seed)
    text_ids = torch.randint(2, 260, (1, TEXT_TOKENS + seed), generator=generator)
    return DecodingRequest(conditioning, text_ids, codes, seed)


def stream_seconds(nets: XTTSNets, request: DecodingRequest, speaker: Tensor) -> tuple[float, float]:
    """Seconds until the first sound and until the last."""
    started, times = compute_clock(), []
    for chunk in stream_batch(nets, [request], [speaker], SAMPLING, [1.0]):
        if chunk.sound.shape[-1]:
            times.append(compute_clock() - started)
    return times[0], times[-1]


def code_seconds(gpt: XTTSGPT, reference: ReferenceLoop, requests: list[DecodingRequest]) -> tuple[float, float, float]:
    """Seconds for each code: of a single sentence, of a batch, and of the reference's loop, measured in turns."""
    single, batched, reference_loop = [], [], []
    for _ in range(ROUNDS):
        single.append(step_seconds(lambda on_step: decode_batch(gpt, requests[:1], SAMPLING, on_step)))
        reference_loop.append(step_seconds(lambda on_step: reference.latents(requests[0], SAMPLING, on_step)))
        batched.append(step_seconds(lambda on_step: decode_batch(gpt, requests, SAMPLING, on_step)))
    codes = requests[0].max_new_tokens
    return (
        fastest_steps(single) / codes,
        fastest_steps(batched) / codes / len(requests),
        fastest_steps(reference_loop) / codes,
    )


def step_seconds(work: Callable[[OnStep], object]) -> list[float]:
    """Seconds of each step of ``work``; what follows the last code is a step of its own."""
    times = [compute_clock()]
    work(lambda _: times.append(compute_clock()))
    times.append(compute_clock())
    return [after - before for before, after in pairwise(times)]


def fastest_steps(rounds: list[list[float]]) -> float:
    """The sum over steps of the fastest round of each."""
    return sum(min(step) for step in zip(*rounds, strict=True))


def accuracy(gpt: XTTSGPT, exact: XTTSGPT, request: DecodingRequest) -> tuple[float, float]:
    """The share of codes whose likeliest successor is the same, and the relative error of the latents."""
    codes = torch.randint(2, 128, (1, request.max_new_tokens), generator=torch.Generator().manual_seed(1))
    rounded, truth = (net(request.conditioning, request.text_ids, codes) for net in (gpt, exact))
    agreement = (rounded.code_logits.argmax(-1) == truth.code_logits.argmax(-1)).float().mean()
    error = (rounded.latents - truth.latents).norm() / truth.latents.norm()
    return float(agreement), float(error)


def bytes_per_code(gpt: XTTSGPT, precision: str) -> float:
    """Bytes of weights that one code reads: twelve squares of the width for each layer, and the head."""
    config = gpt.config
    linear = 12 * config.width**2 * config.layers * BYTES[precision]
    return linear + 4 * gpt.code_head.weight.numel()


def copy_rate() -> float:
    """Bytes a second that a plain copy in memory reads, and writes at the same time."""
    source, target = torch.ones(COPIED), torch.zeros(COPIED)
    return COPIED * 4 / fastest(lambda: target.copy_(source), ROUNDS)
