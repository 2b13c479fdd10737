"""A narration's windows, one for each sentence: planned speech, entangled with the face.

Enters the voice, the prompt and the portrait; leaves ``Entangled`` windows in order, each with the time of every
phoneme and word on the clock of the whole narration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...bundles import (
    Entangled,
    Portrait,
    Prompt,
    Sentence,
    VoiceProfile,
)
from ...entanglement.prompt_guided import TimedTokens
from ...timing import TOKEN_RATE
from ...voice.duration_pitch_predictor import (
    Pitch,
    symbol_times,
    token_times,
    whole_durations,
)
from ...voice.harmonics import REFERENCE_HZ
from .nets import StarterNets
from .question_intonation import raise_questions
from .segment_timing import (
    even_ends,
    frame_times,
    frames_between,
    heard_commas,
    symbol_spans,
)

TEMPO_RANGE, MELODY_RANGE = 0.06, 0.20  # how far readings differ from seed to seed


@dataclass(frozen=True)
class SpeakingStyle:
    """How a text is read: ``speed`` is the user's, the seed varies tempo and melody a little by sentence."""

    speed: float
    seed: int

    def variations(self) -> Iterator[tuple[float, float]]:
        """(tempo, melody) of each sentence, both around 1."""
        chance = torch.Generator().manual_seed(self.seed)
        while True:
            tempo, melody = (torch.rand(2, generator=chance) - 0.5).tolist()
            yield self.speed * (1 + TEMPO_RANGE * tempo), 1 + MELODY_RANGE * melody


@torch.inference_mode()
def narration_windows(
    nets: StarterNets,
    voice: VoiceProfile,
    prompt: Prompt,
    portrait: Portrait,
    block: nn.Module,
    style: SpeakingStyle,
    fps: float,
    attention: bool,
) -> Iterator[Entangled]:
    """See the module docstring; lazy, so that a caller can stop between sentences."""
    clock = 0  # tokens
    for index, (sentence, variation) in enumerate(zip(prompt.sentences, style.variations(), strict=False)):
        first, last = index == 0, index == len(prompt.sentences) - 1
        durations = _durations(nets, voice, sentence, variation[0], first, last)
        speech = _speech_tokens(nets, voice, sentence, durations, variation[1])
        tokens = speech.shape[1]
        start, end = clock / TOKEN_RATE, (clock + tokens) / TOKEN_RATE
        first_frame, end_frame = frames_between(start, end, fps, last)
        paths = nets.prompt_guided(
            block,
            nets.voice_tokens(voice.conditioning, voice.speaker),
            TimedTokens(speech, token_times(tokens, TOKEN_RATE, speech.device)),
            TimedTokens(sentence.text_tokens, symbol_times(durations, TOKEN_RATE)),
            portrait.visual_tokens,
            frame_times(first_frame, end_frame, fps, start).to(speech.device),
            attention=attention,
        )
        phonemes, words = symbol_spans(sentence, durations, start)
        yield Entangled(
            audio=paths.audio,
            video=paths.video,
            speech_tokens=tokens,
            motion_tokens=end_frame - first_frame,
            fps=fps,
            start=start,
            phonemes=phonemes,
            words=words,
            timbre=voice.timbre,
            audio_attention=paths.audio_attention,
            video_attention=paths.video_attention,
        )
        clock += tokens


def _durations(
    nets: StarterNets, voice: VoiceProfile, sentence: Sentence, tempo: float, first: bool, last: bool
) -> Tensor:
    """Tokens that each symbol lasts: [1, L]."""
    planned = nets.speech_planner.log_durations(sentence.text_tokens, voice.speaker)
    durations = heard_commas(whole_durations(planned, tempo), sentence.token_ids, tempo)
    return even_ends(durations, sentence.token_ids, first, last)


def _speech_tokens(
    nets: StarterNets, voice: VoiceProfile, sentence: Sentence, durations: Tensor, melody: float
) -> Tensor:
    """Time-aligned tokens with the voice's own pitch: [1, T, 512]."""
    planner = nets.speech_planner
    lengthened = planner.lengthen(sentence.text_tokens, durations)
    contour, voicing = planner.pitch(lengthened, voice.speaker)
    contour = raise_questions(melody * contour, sentence, durations)
    median = torch.tensor([voice.statistics.median_f0_hz or REFERENCE_HZ], device=contour.device)
    return planner.with_pitch(lengthened, Pitch(contour, (voicing > 0).float()), median)
