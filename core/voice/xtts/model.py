"""XTTS-v2 as a whole: recording -> voice profile, text -> token ids -> latents -> sound.

Voice profile: conditioning latents [1, 32, C] and speaker embedding [1, 512]; latents [1, n, C] at 21.5 a second; sound
[1, 1, S] at 24 kHz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from ...progress import ProgressCallback, as_part, ignore
from ...runtime.allocator import low_retention
from ...settings import SpeechSampling
from ...text.xtts.front_end import TokenizedSentence, XTTSFrontEnd
from ...text.xtts.tokenizer import XTTSTokenizer
from .config import (
    REFERENCE_PRESETS,
    REFERENCE_RATE,
    SPEAKER_RATE,
    ReferencePreset,
)
from .decoding import (
    DecodedCodes,
    DecodingRequest,
    decode_batch,
    max_codes,
)
from .nets import XTTSNets
from .reference_audio import reference_audio, resample_reference
from .sound import SoundChunk, sentence_sound, stream_batch

BATCH = 4  # sentences decoded together
MIN_NEW_TOKENS, NEW_TOKENS_PER_TEXT_TOKEN = 60, 10  # speech takes about 4 codes for each text token


class XTTSEngine:
    """See the module docstring.

    ``preset`` sets how much of a recording makes a profile; ``faithful_text`` spells text as the reference does.
    ``release_encoders`` is called around each use of the voice encoders and may free their memory.
    """

    def __init__(
        self,
        nets: XTTSNets,
        tokenizer: XTTSTokenizer,
        preset: str = "xtts",
        faithful_text: bool = False,
        release_encoders: Callable[[], None] = lambda: None,
    ) -> None:
        self.nets, self.preset, self.faithful_text = nets.eval(), REFERENCE_PRESETS[preset], faithful_text
        self._release_encoders = release_encoders
        self.front_end = XTTSFrontEnd(tokenizer, nets.config.gpt.max_sentence_tokens)

    @property
    def device(self) -> torch.device:
        return self.nets.gpt.code_head.weight.device

    @torch.inference_mode()
    def profile(self, waveform: Tensor, sample_rate: int) -> tuple[Tensor, Tensor]:
        """Recording [B, C, S] -> conditioning latents [1, 32, C], speaker embedding [1, 512]."""
        return voice_profile(self.nets, waveform.to(self.device), sample_rate, self.preset, self._release_encoders)

    def sentences(self, text: str, language: str = "en") -> list[TokenizedSentence]:
        """Text as sentences of token ids. Raises InputError."""
        return self.front_end.sentences(text, language, self.faithful_text)

    def request(self, conditioning: Tensor, token_ids: Tensor, seed: int = 0) -> DecodingRequest:
        """One sentence to decode; ``max_new_tokens`` follows from the length of its text."""
        expected = MIN_NEW_TOKENS + NEW_TOKENS_PER_TEXT_TOKEN * token_ids.shape[1]
        return DecodingRequest(conditioning, token_ids, min(self.nets.config.gpt.max_sentence_codes, expected), seed)

    def decode(
        self, requests: Sequence[DecodingRequest], sampling: SpeechSampling, progress: ProgressCallback = ignore
    ) -> Iterator[DecodedCodes]:
        """Sentences in order, decoded in batches; every code is reported."""
        for _, batch, report in _batches(requests, progress):
            yield from decode_batch(self.nets.gpt, batch, sampling, report)

    def sound(self, latents: Tensor, speaker: Tensor, cut_off: bool = False) -> Tensor:
        """Latents [1, n, C] of one sentence -> [1, 1, S], in flat memory; faded out if it was ``cut_off``."""
        return sentence_sound(self.nets.vocoder, latents, speaker, cut_off)

    def stream(
        self,
        requests: Sequence[DecodingRequest],
        speakers: Sequence[Tensor],
        sampling: SpeechSampling,
        speeds: Sequence[float],
        progress: ProgressCallback = ignore,
    ) -> Iterator[SoundChunk]:
        """Sound while sentences are still being decoded, in the batches of ``decode``: the same samples."""
        for first, batch, report in _batches(requests, progress):
            rows = slice(first, first + len(batch))
            for chunk in stream_batch(self.nets, batch, speakers[rows], sampling, speeds[rows], report):
                yield replace(chunk, row=first + chunk.row)


def _batches(
    requests: Sequence[DecodingRequest], progress: ProgressCallback
) -> Iterator[tuple[int, Sequence[DecodingRequest], ProgressCallback]]:
    """(index of the first request, batch, callback for the batch)."""
    batches = [requests[first : first + BATCH] for first in range(0, len(requests), BATCH)]
    done, total = 0, sum(map(max_codes, batches))
    for index, batch in enumerate(batches):
        yield index * BATCH, batch, as_part(progress, done, total)
        done += max_codes(batch)


def voice_profile(
    nets: XTTSNets,
    waveform: Tensor,
    sample_rate: int,
    preset: ReferencePreset,
    release_encoders: Callable[[], None] = lambda: None,
) -> tuple[Tensor, Tensor]:
    """Recording [B, C, S] -> conditioning latents [1, 32, C], speaker embedding [1, 512]; one encoder at a time."""
    with low_retention():
        mono = reference_audio(waveform, sample_rate, preset.max_seconds)
        release_encoders()
        conditioning = nets.conditioning.encode(mono, preset, release_encoders)
        release_encoders()
        speaker = nets.speaker_encoder(resample_reference(mono, REFERENCE_RATE, SPEAKER_RATE))
        release_encoders()
    return conditioning, speaker
