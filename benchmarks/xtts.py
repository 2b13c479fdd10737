"""``narrating-face bench xtts``: speed and memory of the full-size XTTS-v2 with random weights, on this machine.

Every precision runs in a process of its own. It loads the checkpoint, makes a voice profile and speaks (that is its
peak memory); then it decodes turn and turn about with a loop that does what the reference does. Of every step the
fastest of some rounds counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..cli.progress_bar import Progress
from ..core.voice.xtts.config import (
    CODE_RATE,
    REFERENCE_PRESETS,
    REFERENCE_RATE,
    XTTSConfig,
)
from ..core.voice.xtts.decoding import DecodingRequest, OnCode, decode_batch
from ..core.voice.xtts.frames import vocoder_frames
from ..core.voice.xtts.gpt import XTTSGPT
from ..core.voice.xtts.linear import LINEARS
from ..core.voice.xtts.model import (
    BATCH,
    XTTSNets,
    stream_sound,
    voice_profile,
)
from ..core.voice.xtts.sampling import SpeechSampling
from ..model_loaders.xtts import forget_encoders, load_networks
from .command import apart
from .random_weights import write_random
from .xtts_reference_loop import ReferenceLoop

ROUNDS, TEXT_TOKENS, SAMPLE_SECONDS = 3, 40, 30
COPIED = 64 * 2**20  # floats
BYTES = {"float32": 4, "float16": 2, "int8": 1}  # of a weight
SAMPLING = SpeechSampling()
Figures = dict[str, float]


def bench_xtts(asked: Namespace, progress: Progress) -> list[str]:
    lines = []
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        path = Path(folder) / "random.safetensors"
        progress("write weights", 0, 1)
        apart(write_random, path, XTTSConfig())
        progress("write weights", 1, 1)
        for count, precision in enumerate(LINEARS):
            progress("measure", count, len(LINEARS))
            lines += [f"{precision}", *described(apart(measure, path, precision, asked.codes, asked.threads)), ""]
        progress("measure", len(LINEARS), len(LINEARS))
    return [*lines, "The weights are random: times and memory are a real checkpoint's, accuracy only hints at one's."]


@torch.inference_mode()
def measure(path: Path, precision: str, codes: int, threads: int = 1) -> Figures:
    """All figures of one precision."""
    torch.set_num_threads(threads)
    loading, nets = seconds(partial(load_networks, path, precision))
    noise = 0.1 * torch.randn(1, 1, SAMPLE_SECONDS * REFERENCE_RATE, generator=torch.Generator().manual_seed(0))
    forget = partial(forget_encoders, nets, path)
    conditioning, speaker = voice_profile(nets, noise, REFERENCE_RATE, REFERENCE_PRESETS["xtts"], forget)
    said = [request(conditioning, codes, seed) for seed in range(BATCH)]
    result = {"codes": codes, "load": loading, **streaming(nets, said[0], speaker), "peak": peak_bytes()}
    latents = decode_batch(nets.gpt, said[:1], SAMPLING)[0].values()
    exact = nets.gpt if precision == "float32" else load_networks(path).gpt
    result |= compared(nets.gpt, ReferenceLoop(exact), said)
    vocoding = partial(lambda: list(nets.vocoder.stream(vocoder_frames(latents), speaker)))
    result |= {"vocoder": best(vocoding) * CODE_RATE / codes, "weights": weight_bytes(nets.gpt, precision)}
    return result | {"copy": copy_rate()} | accuracy(nets.gpt, exact, said[0])


def request(conditioning: Tensor, codes: int, seed: int) -> DecodingRequest:
    """A sentence of random text; they differ a little in length."""
    chance = torch.Generator().manual_seed(seed)
    return DecodingRequest(conditioning, torch.randint(2, 260, (1, TEXT_TOKENS + seed), generator=chance), codes, seed)


def streaming(nets: XTTSNets, said: DecodingRequest, speaker: Tensor) -> Figures:
    """Seconds until the first sound and until the last."""
    started, times = clock(), []
    for _ in stream_sound(nets, said, speaker, SAMPLING):
        times.append(clock() - started)
    return {"first": times[0], "last": times[-1]}


def compared(gpt: XTTSGPT, reference: ReferenceLoop, said: list[DecodingRequest]) -> Figures:
    """Seconds for each code: alone, as one of a batch, and with the reference's loop, turn and turn about."""
    alone, together, theirs = [], [], []
    for _ in range(ROUNDS):
        alone.append(step_seconds(lambda on_code: decode_batch(gpt, said[:1], SAMPLING, on_code)))
        theirs.append(step_seconds(lambda on_code: reference.latents(said[0], SAMPLING, on_code)))
        together.append(step_seconds(lambda on_code: decode_batch(gpt, said, SAMPLING, on_code)))
    codes = said[0].max_new_tokens
    return {
        "alone": fastest(alone) / codes,
        "reference": fastest(theirs) / codes,
        "together": fastest(together) / codes / len(said),
    }


def step_seconds(work: Callable[[OnCode], Any]) -> list[float]:
    """Seconds of each step of ``work``; what comes after the last code is a step of its own."""
    times = [clock()]
    work(lambda _: times.append(clock()))
    times.append(clock())
    return [after - before for before, after in pairwise(times)]


def fastest(rounds: list[list[float]]) -> float:
    """The sum over steps of the fastest round of each."""
    return sum(min(step) for step in zip(*rounds, strict=True))


def accuracy(gpt: XTTSGPT, exact: XTTSGPT, said: DecodingRequest) -> Figures:
    """What rounding costs: the same likeliest code given the same codes before, and the latents' relative error."""
    codes = torch.randint(2, 128, (1, said.max_new_tokens), generator=torch.Generator().manual_seed(1))
    ours, theirs = (net(said.conditioning, said.text_ids, codes) for net in (gpt, exact))
    agreement = (ours.code_logits.argmax(-1) == theirs.code_logits.argmax(-1)).float().mean()
    error = (ours.latents - theirs.latents).norm() / theirs.latents.norm()
    return {"agreement": float(agreement), "error": float(error)}


def described(result: Figures) -> Iterator[str]:
    """The figures of one precision as lines."""
    alone, reference = result["alone"], result["reference"]
    bandwidth, copy = result["weights"] / alone / 1e9, result["copy"] / 1e9
    yield f"  peak memory to load and speak   {result['peak'] / 1e9:.2f} GB, loaded in {result['load']:.1f} s"
    yield f"  one sentence                    {alone * 1e3:.1f} ms a code; reference's loop {reference * 1e3:.1f} ms: "
    yield f"                                  {reference / alone:.2f} times as fast"
    yield f"  {BATCH} sentences as a batch        {result['together'] * 1e3:.1f} ms a code: "
    yield f"                                  {alone / result['together']:.2f} times the throughput of one by one, "
    yield f"                                  {reference / result['together']:.2f} times the reference's"
    yield f"  a second of sound               {alone * CODE_RATE:.2f} s decoding, {result['vocoder']:.2f} s vocoder"
    yield f"  weights read                    {bandwidth:.1f} GB/s; a plain copy moves {copy:.1f} GB/s each way"
    yield (
        f"  stream of {result['codes'] / CODE_RATE:.1f} s                 first sound after {result['first']:.2f} s, "
        f"{result['first'] / result['last']:.0%} of {result['last']:.2f} s"
    )
    yield f"  against float32                 likeliest code {result['agreement']:.1%} alike, "
    yield f"                                  latents {result['error']:.2%} off"


def weight_bytes(gpt: XTTSGPT, precision: str) -> float:
    """Bytes that one code reads: twelve squares of the width for each layer, and the head."""
    config = gpt.config
    linear = 12 * config.width**2 * config.layers * BYTES[precision]
    return linear + 4 * gpt.code_head.weight.numel()


def copy_rate() -> float:
    """Bytes a second that a plain copy in memory reads, and writes at the same time."""
    source, target = torch.ones(COPIED), torch.zeros(COPIED)
    return COPIED * 4 / best(lambda: target.copy_(source))


def best(work: Callable[[], Any]) -> float:
    return min(seconds(work)[0] for _ in range(ROUNDS))


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that ``work`` takes, and what it returns."""
    started = clock()
    result = work()
    return clock() - started, result


def clock() -> float:
    """Seconds: the processor's on one thread, since other programs disturb those least; the wall's on several."""
    return time.process_time() if torch.get_num_threads() == 1 else time.perf_counter()


def peak_bytes() -> float:
    """The most memory that this process has had; not known on Windows."""
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
