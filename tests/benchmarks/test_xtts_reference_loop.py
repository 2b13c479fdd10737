"""The loop that XTTS-v2 is compared with decodes the same latents."""

from __future__ import annotations

from pathlib import Path

import torch
from narrating_face.benchmarks.xtts_reference_loop import ReferenceLoop
from narrating_face.core.settings import SpeechSampling
from narrating_face.core.voice.xtts.decoding import DecodingRequest, decode_batch
from narrating_face.model_loaders.xtts import load_networks
from tiny_xtts import goldens, small_state, write_checkpoint


def test_the_loop_that_we_are_compared_with_gives_the_same_latents(tmp_path: Path):
    gpt = load_networks(write_checkpoint(tmp_path, small_state())).gpt
    request = DecodingRequest(goldens()["cond.latents"], goldens()["text.ids"], 42, 1234)
    sampling, counted = SpeechSampling(repetition_penalty=5), []
    theirs = ReferenceLoop(gpt).latents(request, sampling, counted.append)
    (ours,) = decode_batch(gpt, [request], sampling)
    assert counted == list(range(1, 43))
    torch.testing.assert_close(theirs, ours.values(), atol=1e-4, rtol=0)
