"""XTTS-v2 as a whole: its networks in one module, and what people do with them.

Voice profile: conditioning latents [1, 32, C] and speaker embedding [1, 512]; latents [1, n, C] at 21.5 a second; sound
[1, 1, S] at 24 kHz.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from ...runtime.allocator import low_retention
from ...text.xtts.front_end import SpeechFrontEnd, TokenizedSentence
from ...text.xtts.tokenizer import SpeechTokenizer
from .audio import reference_audio, resample_reference
from .conditioning import ConditioningEncoder
from .config import (
    REFERENCE_PRESETS,
    REFERENCE_RATE,
    SPEAKER_RATE,
    ReferencePreset,
    XTTSConfig,
)
from .decoding import (
    DecodedCodes,
    DecodingRequest,
    OnCode,
    decode_batch,
    decode_stream,
)
from .frames import FrameQueue, vocoder_frames
from .gpt import XTTSGPT
from .sampling import SpeechSampling
from .speaker_encoder import SpeakerEncoder
from .vocoder import CONTEXT, Vocoder, windows

BATCH = 4  # sentences decoded together
LEAST_BUDGET, BUDGET_FOR_TOKEN = 60, 10  # codes; speech takes about 4 codes for each text token
FADE_SAMPLES = 120  # 5 ms, only where the budget cut speech off


class XTTSNets(nn.Module):
    """Every network of the checkpoint."""

    def __init__(self, config: XTTSConfig = XTTSConfig()) -> None:
        super().__init__()
        self.config = config
        self.conditioning = ConditioningEncoder(config.conditioning)
        self.speaker_encoder = SpeakerEncoder(config.speaker)
        self.gpt = XTTSGPT(config.gpt)
        self.vocoder = Vocoder(config.vocoder)


class XTTSVoice:
    """See the module docstring.

    ``preset`` says how much of a recording makes a profile; ``faithful_text`` spells text as the reference does.
    ``forget_encoders`` is called before and after each part of them: it may give back memory that is not needed then.
    """

    def __init__(
        self,
        nets: XTTSNets,
        tokenizer: SpeechTokenizer,
        preset: str = "xtts",
        faithful_text: bool = False,
        forget_encoders: Callable[[], None] = lambda: None,
    ) -> None:
        self.nets, self.preset, self.faithful_text = nets.eval(), REFERENCE_PRESETS[preset], faithful_text
        self._forget_encoders = forget_encoders
        self.front_end = SpeechFrontEnd(tokenizer, nets.config.gpt.most_text)

    @property
    def device(self) -> torch.device:
        return self.nets.gpt.code_head.weight.device

    @torch.inference_mode()
    def profile(self, waveform: Tensor, sample_rate: int) -> tuple[Tensor, Tensor]:
        """Recording [B, C, S] -> conditioning latents [1, 32, C], speaker embedding [1, 512]."""
        return voice_profile(self.nets, waveform.to(self.device), sample_rate, self.preset, self._forget_encoders)

    def sentences(self, text: str, language: str = "en") -> list[TokenizedSentence]:
        """Text as sentences of token ids. Raises InputError."""
        return self.front_end.sentences(text, language, self.faithful_text)

    def request(self, conditioning: Tensor, token_ids: Tensor, seed: int = 0) -> DecodingRequest:
        """One sentence to decode; its budget of codes follows from the length of its text."""
        max_new_tokens = min(self.nets.config.gpt.most_codes, LEAST_BUDGET + BUDGET_FOR_TOKEN * token_ids.shape[1])
        return DecodingRequest(conditioning, token_ids, max_new_tokens, seed)

    def decode(
        self, requests: Sequence[DecodingRequest], sampling: SpeechSampling, on_code: OnCode | None = None
    ) -> Iterator[DecodedCodes]:
        """Sentences in order, decoded in batches; ``on_code`` is called at every code and may raise to cancel."""
        for first in range(0, len(requests), BATCH):
            yield from decode_batch(self.nets.gpt, requests[first : first + BATCH], sampling, on_code)

    @torch.inference_mode()
    def sound(self, latents: Tensor, speaker: Tensor, cut_off: bool = False) -> Tensor:
        """Latents [1, n, C] of one sentence -> [1, 1, S], made window by window; faded out if it was ``cut_off``."""
        whole = torch.cat(list(self.nets.vocoder.stream(vocoder_frames(latents), speaker)), -1)
        return faded(whole) if cut_off else whole

    def stream(
        self, request: DecodingRequest, speaker: Tensor, sampling: SpeechSampling, speed: float = 1.0
    ) -> Iterator[Tensor]:
        """Pieces of sound [1, 1, S] while the sentence is still being decoded; joined, exactly the offline sound."""
        return stream_sound(self.nets, request, speaker, sampling, speed)


@torch.inference_mode()
def stream_sound(
    nets: XTTSNets, request: DecodingRequest, speaker: Tensor, sampling: SpeechSampling, speed: float = 1.0
) -> Iterator[Tensor]:
    """See ``XTTSVoice.stream``."""
    queue, grid = FrameQueue(speed), windows()
    first, last = next(grid)
    for (decoded,) in decode_stream(nets.gpt, [request], sampling):
        final = decoded.finished or len(decoded.codes) == request.max_new_tokens
        queue.push(decoded.latents[-1][None, None], final)
        while first < queue.known and (final or last + CONTEXT <= queue.known):
            start, end = max(0, first - CONTEXT), min(queue.known, last + CONTEXT)
            frames = queue.between(start, end)
            piece = nets.vocoder.window(frames, speaker, first - start, min(last, queue.known) - start)
            first, last = next(grid)
            yield faded(piece) if final and not decoded.finished and first >= queue.known else piece


def voice_profile(
    nets: XTTSNets,
    waveform: Tensor,
    sample_rate: int,
    preset: ReferencePreset,
    forget_encoders: Callable[[], None] = lambda: None,
) -> tuple[Tensor, Tensor]:
    """Recording [B, C, S] -> conditioning latents [1, 32, C], speaker embedding [1, 512]; one encoder at a time."""
    with low_retention():
        mono = reference_audio(waveform, sample_rate, preset.longest)
        forget_encoders()
        conditioning = nets.conditioning.encode(mono, preset, forget_encoders)
        forget_encoders()
        speaker = nets.speaker_encoder(resample_reference(mono, REFERENCE_RATE, SPEAKER_RATE))
        forget_encoders()
    return conditioning, speaker


def faded(sound: Tensor) -> Tensor:
    """The last 5 ms of [1, 1, S] go down to silence, so that speech that was cut off ends without a click."""
    length = min(FADE_SAMPLES, sound.shape[-1])
    ramp = torch.ones_like(sound)
    ramp[..., sound.shape[-1] - length :] = torch.linspace(1, 0, length, device=sound.device)
    return sound * ramp
