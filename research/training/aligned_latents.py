"""Teacher-forced speech latents of every training utterance: its true durations and pitch through the acoustic path.

The HiFi generator is fine-tuned on these, so that it sounds well on its real inputs. Out: a mapping utterance id ->
speech latents [2 T, 102] with the true pitch and in the utterance's own timbre, fp16, aligned with its sound.
"""

from __future__ import annotations

import logging
import random
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from ...core.audio.mel import N_MELS
from ...core.audio.pitch import semitones
from ...core.entanglement.prompt_guided import TimedTokens
from ...core.families.starter.nets import StarterNets
from ...core.runtime.files import save_tensors
from ...core.timing import TOKEN_RATE
from ...core.voice.duration_pitch_predictor import Pitch, symbol_times, token_times
from ...core.voice.timbre import apply_timbre, timbre_correction, timbre_frames
from .joint_batch import Batch, JointData
from .weights import load_half

log = logging.getLogger(__name__)


def export_latents(data: JointData, weights: Path, target: Path, seed: int = 0) -> None:
    """Writes ``target`` (safetensors, one tensor per utterance); each passes ETE or STE at random."""
    nets = StarterNets()
    load_half(weights, nets)
    nets.eval()
    exported: dict[str, Tensor] = {}
    for group in data.epoch(seed):
        batch = data.batch(group, seed, change_voices=False, recorded=False)
        latents = teacher_forced(nets, batch, random.Random(group[0].id).choice(("ete", "ste")))
        for row, utterance in enumerate(group):
            frames = 2 * int(batch.speech_mask[row].sum())
            own = timbre_frames(batch.mel[row : row + 1, :frames].transpose(1, 2))
            forced = latents[row : row + 1, :frames]
            correction = timbre_correction(own, timbre_frames(forced[..., :N_MELS].transpose(1, 2)))
            exported[utterance.id] = apply_timbre(forced, correction)[0].half()
    save_tensors(target, exported, {"utterances": str(len(exported))})
    log.info("latents of %d utterances in %s", len(exported), target)


def load_latents(path: Path) -> dict[str, Tensor]:
    return load_file(path)


@torch.inference_mode()
def teacher_forced(nets: StarterNets, batch: Batch, block: str) -> Tensor:
    """Latents [B, 2 T, 102] with the batch's own durations and pitch."""
    conditioning, speaker = nets.voice_encoder(batch.reference)
    voice = nets.voice_tokens(conditioning, speaker)
    symbols = batch.durations > 0
    text = nets.prompt_encoder(batch.token_ids, symbols)
    contour = semitones(batch.f0, batch.median_hz[:, None]).clamp(-14, 14)
    lengthened = nets.speech_planner.lengthen(text, batch.durations)
    speech = nets.speech_planner.with_pitch(lengthened, Pitch(contour, (batch.f0 > 0).float()), batch.median_hz)
    times = token_times(speech.shape[1], TOKEN_RATE).expand(len(speech), -1)
    visual = nets.visual_encoder(batch.faces.crop, batch.faces.landmarks, batch.faces.blendshapes)
    paths = nets.prompt_guided(
        nets.blocks[block],
        voice,
        TimedTokens(speech, times, batch.speech_mask),
        TimedTokens(text, symbol_times(batch.durations, TOKEN_RATE), symbols),
        visual,
        times[:, :1],
    )
    decoded = nets.speech_decoder(paths.audio, speech.shape[1])
    return torch.cat([decoded[..., :N_MELS], batch.pitch], -1)
