"""A narration's segments, one for each sentence: planned speech, entangled with the face.

Enter the voice profile, the prompt and the visual tokens [1, K, 512]; leave ``SpokenSegment`` in order, each with the
time of every phoneme and word on the clock of the whole narration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...bundles import Prompt, Sentence, VoiceProfile
from ...entanglement.layouts import TIME_ALIGNED
from ...entanglement.prompt_guided import TimedTokens
from ...errors import InputError
from ...timing import TOKEN_RATE
from ...voice.duration_pitch_predictor import (
    Pitch,
    symbol_times,
    token_times,
    whole_durations,
)
from ...voice.harmonics import REFERENCE_HZ
from ...voice.profiles import StarterVoiceProfile
from .bundles import SpokenSegment, StarterSentence
from .nets import StarterNets
from .question_intonation import raise_questions
from .segment_timing import (
    audible_commas,
    even_ends,
    frame_times,
    frames_between,
    symbol_spans,
)

TEMPO_RANGE, MELODY_RANGE = 0.06, 0.20  # how far readings differ from seed to seed


@dataclass(frozen=True)
class SpeakingStyle:
    """How a text is read: at ``speed``, with tempo and melody varied a little from sentence to sentence by the seed."""

    speed: float
    seed: int

    def variations(self) -> Iterator[tuple[float, float]]:
        """(tempo, melody) of each sentence, both around 1."""
        chance = torch.Generator().manual_seed(self.seed)
        while True:
            tempo, melody = (torch.rand(2, generator=chance) - 0.5).tolist()
            yield self.speed * (1 + TEMPO_RANGE * tempo), 1 + MELODY_RANGE * melody


@torch.inference_mode()
def narration_segments(
    nets: StarterNets,
    voice: VoiceProfile,
    prompt: Prompt,
    visual_tokens: Tensor,
    block: nn.Module,
    style: SpeakingStyle,
    fps: float,
    attention: bool,
) -> Iterator[SpokenSegment]:
    """Lazy, so that a caller can stop between sentences. Raises InputError for a bundle of another model."""
    check_profile(nets, voice)
    TIME_ALIGNED.check(visual_tokens)
    clock = 0  # tokens
    for index, (sentence, variation) in enumerate(zip(prompt.sentences, style.variations(), strict=False)):
        own = starter_sentence(sentence)
        first, last = index == 0, index == len(prompt.sentences) - 1
        durations = _durations(nets, voice, own, variation[0], first, last)
        speech = _speech_tokens(nets, voice, own, durations, variation[1])
        tokens = speech.shape[1]
        start, end = clock / TOKEN_RATE, (clock + tokens) / TOKEN_RATE
        first_frame, end_frame = frames_between(start, end, fps, last)
        paths = nets.prompt_guided(
            block,
            nets.voice_tokens(voice.conditioning, voice.speaker),
            TimedTokens(speech, token_times(tokens, TOKEN_RATE, speech.device)),
            TimedTokens(sentence.text_tokens, symbol_times(durations, TOKEN_RATE)),
            visual_tokens,
            frame_times(first_frame, end_frame, fps, start).to(speech.device),
            attention=attention,
        )
        phonemes, words = symbol_spans(own, durations, start)
        yield SpokenSegment(
            audio=paths.audio,
            video=paths.video,
            fps=fps,
            start=start,
            attention=paths.attention,
            frames=end_frame - first_frame,
            speech_tokens=tokens,
            phonemes=phonemes,
            words=words,
            timbre=voice.timbre if isinstance(voice, StarterVoiceProfile) else None,
        )
        clock += tokens


def check_profile(nets: StarterNets, voice: VoiceProfile) -> None:
    """Raises InputError for a profile of another model."""
    config = nets.voice_encoder.config
    if voice.conditioning.shape[-1] != config.width or voice.speaker.shape[-1] != config.speaker:
        raise InputError(
            f"voice profile has conditioning latents {list(voice.conditioning.shape[1:])}, which this model cannot "
            "read: make it with the Voice-Profile Encoder of the same model."
        )


def starter_sentence(sentence: Sentence) -> StarterSentence:
    """Raises InputError for a sentence of another model."""
    if not isinstance(sentence, StarterSentence):
        raise InputError("prompt was encoded by another model: use the Prompt Encoder with this voice's model.")
    return sentence


def _durations(
    nets: StarterNets, voice: VoiceProfile, sentence: StarterSentence, tempo: float, first: bool, last: bool
) -> Tensor:
    """Tokens that each symbol lasts: [1, L]."""
    planned = nets.speech_planner.log_durations(sentence.text_tokens, voice.speaker)
    durations = audible_commas(whole_durations(planned, tempo), sentence.token_ids, tempo)
    return even_ends(durations, sentence.token_ids, first, last)


def _speech_tokens(
    nets: StarterNets, voice: VoiceProfile, sentence: StarterSentence, durations: Tensor, melody: float
) -> Tensor:
    """Time-aligned tokens with the voice's own pitch: [1, T, 512]."""
    planner = nets.speech_planner
    lengthened = planner.lengthen(sentence.text_tokens, durations)
    contour, voicing = planner.pitch(lengthened, voice.speaker)
    contour = raise_questions(melody * contour, sentence, durations)
    median = torch.tensor([voice.statistics.median_f0_hz or REFERENCE_HZ], device=contour.device)
    return planner.with_pitch(lengthened, Pitch(contour, (voicing > 0).float()), median)
