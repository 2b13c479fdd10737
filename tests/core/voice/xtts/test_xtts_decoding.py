"""Properties of decoding: streaming equals offline, batches equal single sentences, cancelling, gradients, rounding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from narrating_face.core.errors import InputError
from narrating_face.core.progress import Progress
from narrating_face.core.settings import SpeechSampling
from narrating_face.core.voice.xtts.decoding import DecodingRequest, decode_batch
from narrating_face.core.voice.xtts.frames import FrameQueue, at_speed, vocoder_frames
from narrating_face.core.voice.xtts.linear_int8 import Int8Linear
from narrating_face.core.voice.xtts.model import XTTSEngine
from narrating_face.core.voice.xtts.vocoder import CONTEXT, windows
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


@pytest.mark.parametrize("seed", [87, 3])
@pytest.mark.parametrize("speed", [1.0, 0.7, 1.6])
def test_a_stream_is_bit_equal_to_the_offline_sound(voice: XTTSEngine, golden: Golden, seed: int, speed: float):
    request = DecodingRequest(golden["cond.latents"], golden["text.ids"], 42, seed)
    speaker = golden["spk.embedding"][..., 0]
    (spoken,) = decode_batch(voice.nets.gpt, [request], SAMPLING)
    offline = voice.sound(at_speed(spoken.values(), speed), speaker, not spoken.finished)
    chunks = [chunk.sound for chunk in voice.stream([request], [speaker], SAMPLING, [speed])]
    assert len(chunks) > 2
    assert torch.equal(torch.cat(chunks, -1), offline)


def test_the_first_sound_comes_early():
    """Counted by the code: nine are enough for the first window and the context after it, 5 % of a long sentence."""
    queue, (_, first) = FrameQueue(), next(windows())
    codes = 0
    while queue.known < first + CONTEXT:
        queue.push(torch.zeros(1, 1, 8))
        codes += 1
    assert codes <= 9


def test_a_queue_keeps_only_what_it_needs(voice: XTTSEngine):
    latents = torch.randn(1, 600, 4)
    queue, pieces = FrameQueue(), []
    whole = vocoder_frames(latents)
    for index in range(600):
        queue.push(latents[:, index : index + 1], index == 599)
        if queue.known - len(pieces) > 64 or index == 599:
            pieces += queue.between(len(pieces), queue.known).unbind(-1)
        assert sum(part.values().shape[1] for part in queue.parts if part.pieces) < 150
    assert torch.equal(torch.stack(pieces, -1), whole)


def test_a_batch_says_what_its_sentences_say_alone(voice: XTTSEngine, golden: Golden):
    """Different lengths (padded on the left), different ends, a generator for each."""
    ends_early = DecodingRequest(golden["cond.latents"], golden["text.ids"], 42, 87)
    rows = [*requests(golden, [15, 9, 12, 4]), ends_early]
    together = decode_batch(voice.nets.gpt, rows, SAMPLING)
    assert len({len(spoken.codes) for spoken in together}) > 1
    for row, spoken in zip(rows, together, strict=True):
        (alone,) = decode_batch(voice.nets.gpt, [row], SAMPLING)
        assert spoken.codes == alone.codes
        torch.testing.assert_close(spoken.values(), alone.values(), atol=1e-4, rtol=0)


def test_cancelling_stops_at_that_code(voice: XTTSEngine, golden: Golden):
    class Cancelled(Exception):
        pass

    history = []

    def on_code(code: Progress) -> None:
        history.append(code.done)
        if code.done == 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        decode_batch(voice.nets.gpt, requests(golden, [15]), SAMPLING, on_code)
    assert history == [1, 2, 3, 4, 5]


def test_the_budget_ends_a_sentence_that_does_not_end_itself(voice: XTTSEngine, golden: Golden):
    spoken = decode_batch(voice.nets.gpt, requests(golden, [15, 15], max_new_tokens=7), SAMPLING)
    assert all(len(row.codes) <= 7 for row in spoken)
    assert any(not row.finished for row in spoken)
    assert voice.request(golden["cond.latents"], golden["text.ids"]).max_new_tokens == 42, (
        "never more than the table holds"
    )


def test_a_stop_code_is_the_last_and_its_latent_is_kept(voice: XTTSEngine, golden: Golden):
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


ROUNDED = [pytest.param("float16", 1e-3, 0.99, marks=NEEDS_FBGEMM), ("int8", 0.05, 0.9)]


@pytest.mark.parametrize(("precision", "most", "alike"), ROUNDED)
def test_rounded_weights_stay_close(
    voice: XTTSEngine, golden: Golden, tmp_path: Path, precision: str, most: float, alike: float
):
    small = small_engine(tmp_path, precision)
    arguments = golden["cond.latents"], golden["text.ids"], golden["gen.greedy_rp5.codes"]
    with torch.inference_mode():
        exact, rounded = voice.nets.gpt(*arguments), small.nets.gpt(*arguments)
    error = (rounded.latents - exact.latents).norm() / exact.latents.norm()
    assert 0 < error < most
    assert (rounded.code_logits.argmax(-1) == exact.code_logits.argmax(-1)).float().mean() > alike


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


def test_eight_bits_do_not_overflow():
    """Inputs and weights of one sign at the end of their range: the sum is what it is in float32."""
    weight, x = torch.full((512, 16), 0.5), torch.ones(3, 512)
    x[:, 0] = 0
    layer = Int8Linear(weight, torch.zeros(16))
    torch.testing.assert_close(layer(x), x @ weight, rtol=0.01, atol=0)


def test_a_batch_of_several_voices_says_what_its_sentences_say_alone(voice: XTTSEngine, golden: Golden):
    """Nothing of a voice is shared when rows differ in it."""
    rows = requests(golden, [15, 9, 12])
    rows[1] = replace(rows[1], conditioning=rows[1].conditioning.flip(1))
    for row, spoken in zip(rows, decode_batch(voice.nets.gpt, rows, SAMPLING), strict=True):
        (alone,) = decode_batch(voice.nets.gpt, [row], SAMPLING)
        assert spoken.codes == alone.codes
        torch.testing.assert_close(spoken.values(), alone.values(), atol=1e-4, rtol=0)
