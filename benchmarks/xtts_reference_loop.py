"""The decoding loop of the reference implementation, for comparison.

GPT-2 as transformers builds it, its growing cache, its logits processors over a made-up prompt, and a second pass over
the whole sequence for the latents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from transformers import (
    GPT2Model,
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from ..core.settings import SpeechSampling
from ..core.voice.xtts.decoding import DecodingRequest
from ..core.voice.xtts.gpt import XTTSGPT, cache_name, stack_config
from ..core.voice.xtts.sampling import PROMPT_CODE

OnStep = Callable[[int], None]

LINEAR = ("c_attn.weight", "c_proj.weight", "c_fc.weight")
STOPS = 4  # stop codes that the second pass adds


class ReferenceLoop:
    """Decodes with the same weights as ``gpt``, which must be in float32."""

    def __init__(self, gpt: XTTSGPT) -> None:
        self.gpt = gpt
        config = stack_config(gpt.config)
        config.activation_function = "gelu_new"
        with torch.device("meta"):
            self.stack = GPT2Model(config).eval()
        layers: dict[str, Any] = {f"{name}.weight": layer for name, layer in gpt.stack.named_modules()}
        linear = {key: layer.weight.t().contiguous() for key, layer in layers.items() if key.endswith(LINEAR)}
        self.stack.load_state_dict(gpt.stack.state_dict() | linear, assign=True)
        self.name = cache_name(GPT2Model.forward)

    @torch.inference_mode()
    def latents(self, request: DecodingRequest, sampling: SpeechSampling, on_step: OnStep) -> Tensor:
        """Latents [1, n, C] of a sentence: its codes, then a second pass. ``on_step`` gets the number of codes."""
        codes = self._codes(request, sampling, on_step)
        stops = codes.new_full((1, STOPS), self.gpt.config.stop_code)
        prefix = self.gpt.prefix(request.conditioning, request.text_ids)
        entered = torch.cat([prefix, self.gpt.embed_codes(torch.cat([codes, stops], 1), 1)], 1)
        hidden = self.gpt.latents(self.stack(inputs_embeds=entered, use_cache=False).last_hidden_state)
        return hidden[:, prefix.shape[1] - 1 : prefix.shape[1] - 1 + codes.shape[1]]

    def _codes(self, request: DecodingRequest, sampling: SpeechSampling, on_step: OnStep) -> Tensor:
        processors, generator = _processors(sampling), torch.Generator().manual_seed(request.seed)
        entered, cache = self.gpt.prefix(request.conditioning, request.text_ids), None
        history = torch.full((1, entered.shape[1]), PROMPT_CODE)
        history[:, -1] = self.gpt.config.start_code
        start = history.shape[1]
        for step in range(request.max_new_tokens):
            mask = torch.ones_like(history)
            out = self.stack(inputs_embeds=entered, attention_mask=mask, use_cache=True, **{self.name: cache})
            cache = out[self.name]
            logits = self.gpt.code_head(self.gpt.final_norm(out.last_hidden_state[:, -1:]))[:, -1]
            scores = processors(history, logits.float())  # type: ignore[arg-type]
            code = torch.multinomial(scores.softmax(-1), 1, generator=generator)
            history = torch.cat([history, code], 1)
            on_step(step + 1)
            if int(code) == self.gpt.config.stop_code:
                break
            entered = self.gpt.embed_codes(code, step + 1)
        return history[:, start:]


def _processors(sampling: SpeechSampling) -> LogitsProcessorList:
    return LogitsProcessorList(
        [
            RepetitionPenaltyLogitsProcessor(float(sampling.repetition_penalty)),
            TemperatureLogitsWarper(sampling.temperature),
            TopKLogitsWarper(sampling.top_k),
            TopPLogitsWarper(sampling.top_p),
        ]
    )
