"""Properties of decoding: streamed equals offline sound, batches equal single sentences, cancelling, gradients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.progress import Progress
from narrating_face.core.settings import SpeechSampling
from narrating_face.core.voice.xtts.decoding import DecodingRequest, decode_batch
from narrating_face.core.voice.xtts.frame_queue import FrameQueue
from narrating_face.core.voice.xtts.linear_int8 import Int8Linear
from narrating_face.core.voice.xtts.model import XTTSEngine
from narrating_face.core.voice.xtts.vocoder import CONTEXT, chunk_grid
from narrating_face.core.voice.xtts.vocoder_frames import at_speed, vocoder_frames
from narrating_face.model_loaders.xtts import load_networks
from tiny_xtts import NEEDS_FBGEMM, small_engine, small_state, write_checkpoint
from torch import Tensor

Golden = dict[str, Tensor]
SAMPLING = SpeechSampling(repetition_penalty=5)


def requests(golden: Golden, lengths: list[int], max_new_tokens: int = 40) -> list[DecodingRequest]:
    ids = golden["text.ids"]
    return [
        DecodingRequest(golden["cond.latents"], ids[:, :length], max_new_tokens, seed)
        for seed, length in enumerate(lengths)
    ]


@pytest.mark.parametrize("seed", [87, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("speed", [1.0, 0.7, 1.6])
def test_streamed_sound_is_bit_equal_to_offline_sound(voice: XTTSEngine, golden: Golden, seed: int, speed: float):
    request = DecodingRequest(golden["cond.latents"], golden["text.ids"], 42, seed)
    speaker = golden["spk.embedding"][..., 0]
    (result,) = decode_batch(voice.nets.gpt, [request], SAMPLING)
    offline = voice.sound(at_speed(result.values(), speed), speaker, not result.finished)
    chunks = [chunk.sound for chunk in voice.stream([request], [speaker], SAMPLING, [speed])]
    assert len(chunks) > 2
    assert torch.equal(torch.cat(chunks, -1), offline)


def test_nine_codes_are_enough_for_the_first_sound():
    queue, (_, first) = FrameQueue(), next(chunk_grid())
    codes = 0
    while queue.known < first + CONTEXT:
        queue.push(torch.zeros(1, 1, 8))
        codes += 1
    assert codes <= 9


def test_a_frame_queue_discards_what_it_no_longer_needs():
    latents = torch.randn(1, 600, 4)
    queue, frames = FrameQueue(), []
    whole = vocoder_frames(latents)
    for index in range(600):
        queue.push(latents[:, index : index + 1], index == 599)
        if queue.known - len(frames) > 64 or index == 599:
            frames += queue.between(len(frames), queue.known).unbind(-1)
        assert sum(buffer.values().shape[1] for buffer in queue.buffers if buffer.chunks) < 150
    assert torch.equal(torch.stack(frames, -1), whole)


def test_a_batch_equals_its_sentences_decoded_one_by_one(voice: XTTSEngine, golden: Golden):
    """With texts of different lengths (padded on the left), different ends, and one generator each."""
    ends_early = DecodingRequest(golden["cond.latents"], golden["text.ids"], 42, 87)
    rows = [*requests(golden, [15, 9, 12, 4]), ends_early]
    together = decode_batch(voice.nets.gpt, rows, SAMPLING)
    assert len({len(result.codes) for result in together}) > 1
    for row, result in zip(rows, together, strict=True):
        (single,) = decode_batch(voice.nets.gpt, [row], SAMPLING)
        assert result.codes == single.codes
        torch.testing.assert_close(result.values(), single.values(), atol=1e-4, rtol=0)


def test_cancelling_stops_at_the_next_code(voice: XTTSEngine, golden: Golden):
    class Cancelled(Exception):
        pass

    counts = []

    def on_code(code: Progress) -> None:
        counts.append(code.done)
        if code.done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        decode_batch(voice.nets.gpt, requests(golden, [15]), SAMPLING, on_code)
    assert counts == [1, 2, 3, 4, 5]


def test_max_new_tokens_ends_a_sentence_without_a_stop_code(voice: XTTSEngine, golden: Golden):
    results = decode_batch(voice.nets.gpt, requests(golden, [15, 15], max_new_tokens=7), SAMPLING)
    assert all(len(row.codes) <= 7 for row in results)
    assert any(not row.finished for row in results)
    assert voice.request(golden["cond.latents"], golden["text.ids"]).max_new_tokens == 42, (
        "at most the size of the position table"
    )


def test_a_stop_code_comes_last_and_has_a_latent(voice: XTTSEngine, golden: Golden):
    rows = [DecodingRequest(golden["cond.latents"], golden["text.ids"], 42, seed) for seed in range(12)]
    for row in decode_batch(voice.nets.gpt, rows, SAMPLING):
        assert row.finished == (row.codes[-1] == voice.nets.config.gpt.stop_code)
        assert voice.nets.config.gpt.stop_code not in row.codes[:-1]
        assert len(row.latents) == len(row.codes)


def test_the_teacher_forced_pass_is_causal_and_trains_everything(golden: Golden, tmp_path: Path):
    gpt = load_networks(write_checkpoint(tmp_path, small_state()), trainable=True).gpt.requires_grad_(True)
    conditioning = golden["cond.latents"].clone().requires_grad_()
    forced = gpt(conditioning, golden["text.ids"], torch.randint(0, 128, (1, 6)))
    (last,) = torch.autograd.grad(forced.latents[:, 2].sum(), gpt.code_positions.weight, retain_graph=True)
    assert last[:3].abs().sum(1).gt(0).all() and last[3:].eq(0).all()
    (forced.code_logits.square().mean() + forced.text_logits.square().mean()).backward()
    assert conditioning.grad is not None and conditioning.grad.abs().sum() > 0
    used = {name: p for name, p in gpt.named_parameters() if name != "stack.wte.weight"}
    assert sum(name.startswith("stack.h.") for name in used) == 12 * gpt.config.layers
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in used.values())


ROUNDED_PRECISIONS = [pytest.param("float16", 1e-3, 0.99, marks=NEEDS_FBGEMM), ("int8", 0.05, 0.9)]


@pytest.mark.parametrize(("precision", "max_error", "min_agreement"), ROUNDED_PRECISIONS)
def test_rounded_weights_change_latents_little(
    voice: XTTSEngine, golden: Golden, tmp_path: Path, precision: str, max_error: float, min_agreement: float
):
    small = small_engine(tmp_path, precision)
    arguments = golden["cond.latents"], golden["text.ids"], golden["gen.greedy_rp5.codes"]
    with torch.inference_mode():
        exact, rounded = voice.nets.gpt(*arguments), small.nets.gpt(*arguments)
    error = (rounded.latents - exact.latents).norm() / exact.latents.norm()
    assert 0 < error < max_error
    assert (rounded.code_logits.argmax(-1) == exact.code_logits.argmax(-1)).float().mean() > min_agreement


IMPOSSIBLE = [
    *(("temperature", value) for value in (-1.0, 3.0, float("nan"))),
    ("top_k", -1),
    ("top_p", 1.5),
    ("repetition_penalty", 0.0),
]


@pytest.mark.parametrize(("name", "value"), IMPOSSIBLE)
def test_impossible_sampling_is_refused(name: str, value: float):
    with pytest.raises(InputError, match=name):
        SpeechSampling(**{name: value})


def test_int8_products_do_not_overflow():
    """The sum of the largest products equals that in float32."""
    weight, x = torch.full((512, 16), 0.5), torch.ones(3, 512)
    x[:, 0] = 0
    layer = Int8Linear(weight, torch.zeros(16))
    torch.testing.assert_close(layer(x), x @ weight, rtol=0.01, atol=0)


def test_a_batch_of_several_voices_equals_its_sentences_decoded_one_by_one(voice: XTTSEngine, golden: Golden):
    """Rows in different voices share no prefix."""
    rows = requests(golden, [15, 9, 12])
    rows[1] = replace(rows[1], conditioning=rows[1].conditioning.flip(1))
    for row, result in zip(rows, decode_batch(voice.nets.gpt, rows, SAMPLING), strict=True):
        (single,) = decode_batch(voice.nets.gpt, [row], SAMPLING)
        assert result.codes == single.codes
        torch.testing.assert_close(result.values(), single.values(), atol=1e-4, rtol=0)
