"""The steps of the joint training, and its losses on held-out speech.

In: batches of research.training.joint_batch. Out: trained ``StarterNets``. All blocks share the other stages.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from ...core.audio.mel import N_MELS
from ...core.audio.pitch import semitones
from ...core.entanglement.blocks import Paths
from ...core.entanglement.prompt_guided import ContextChoice, TimedTokens
from ...core.entanglement.transformer_encoder import TransformerEncoder
from ...core.families.starter.nets import StarterNets
from ...core.timing import FPS, TOKEN_RATE
from ...core.voice.duration_pitch_predictor import Pitch, symbol_times, token_times
from .initialize import attend_near
from .joint_batch import Batch
from .joint_losses import (
    column_loss,
    duration_loss,
    mel_loss,
    motion_loss,
    pitch_loss,
)
from .mel_adversary import MelAdversary
from .speaker_losses import consistency_loss, contrast_loss, embed_speech

VALIDATION_LOSSES = ("mel", "columns", "pitch", "motion", "animate")


def is_animation_step(step: int) -> bool:
    """Whether a step animates recorded speech; the others narrate."""
    return step % 7 == 2


def trains_face(step: int) -> bool:
    """Whether a narrating step trains the face too."""
    return step % 6 < 2


def alternating_block(step: int) -> str:
    """The block that a step trains when all are trained together."""
    return "none" if step % 8 == 7 else ("ete", "ste")[step % 2]


class JointTrainer:
    """One optimisation step at a time; owns the networks and the optimiser.

    ``block_of`` maps a step to the block that it trains; ``choice`` is the context of both paths.
    """

    def __init__(
        self,
        rate: float,
        adversarial_from: int,
        block_of: Callable[[int], str] = alternating_block,
        choice: ContextChoice = ContextChoice(),
    ) -> None:
        self.rate, self.adversarial_from = rate, adversarial_from
        self.block_of, self.choice = block_of, choice
        self.nets, self.adversary = StarterNets(), MelAdversary(rate)
        for module in self.nets.modules():
            if isinstance(module, TransformerEncoder):
                attend_near(module)
        self.optimizer = torch.optim.AdamW(self.nets.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.01)

    def step(self, batch: Batch, step: int, steps: int) -> dict[str, float]:
        self._set_rate(step, steps)
        losses = self._animate(batch, step) if is_animation_step(step) else self._narrate(batch, step)
        total = torch.stack(list(losses.values())).sum()
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.nets.parameters(), 2.0)
        if torch.isfinite(norm):
            self.optimizer.step()
        return {name: value.item() for name, value in losses.items()}

    @torch.no_grad()
    def prepare(self, batch: Batch, step: int) -> dict[str, float]:
        """A step of only the adversary: a fresh discriminator would spoil finished networks."""
        return {name: value.item() for name, value in self._narrate(batch, step).items()}

    def _set_rate(self, step: int, steps: int) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * min(1.0, step / 300) * max(0.05, 1 - step / steps)

    def _narrate(self, batch: Batch, step: int) -> dict[str, Tensor]:
        nets = self.nets
        voice, speaker = self._voice(batch)
        symbols = batch.durations > 0
        text = nets.prompt_encoder(batch.token_ids, symbols)
        log_durations = nets.speech_planner.log_durations(text.detach(), speaker, symbols)
        lengthened = nets.speech_planner.lengthen(text, batch.durations)
        contour, voicing = nets.speech_planner.pitch(lengthened, speaker)
        true_pitch = Pitch(semitones(batch.f0, batch.median_hz[:, None]).clamp(-14, 14), (batch.f0 > 0).float())
        speech = nets.speech_planner.with_pitch(lengthened, true_pitch, batch.median_hz)
        times = symbol_times(batch.durations, TOKEN_RATE)
        block, frames = self.block_of(step), batch.articulation.shape[1] if trains_face(step) else 0
        paths = self._entangle(batch, voice, speech, TimedTokens(text, times, symbols), block, frames)
        latents = nets.speech_decoder(paths.audio, speech.shape[1])
        made, columns = latents[..., :N_MELS], latents[..., N_MELS:]
        pitch, voiced = pitch_loss(contour, voicing, batch)
        losses = {
            "mel": mel_loss(made, batch),
            "columns": 2 * column_loss(columns, batch),
            "duration": 0.3 * duration_loss(log_durations, batch),
            "pitch": 0.05 * pitch,
            "voicing": 0.1 * voiced,
            "voice": 0.05 * contrast_loss(speaker, embed_speech(nets.voice_encoder, batch.mel, batch), batch.voice),
            "likeness": 0.5 * consistency_loss(nets.voice_encoder, made, speaker, batch),
        }
        if frames:
            without_speech = block == "none" and nets.training  # it can learn only the mean
            losses["motion"] = self._motion(paths, batch) * (0.1 if without_speech else 1.0)
        if self.nets.training and step >= self.adversarial_from:
            losses["adversary"] = self.adversary.step(made, speaker, batch)
        return losses

    def _animate(self, batch: Batch, step: int) -> dict[str, Tensor]:
        voice, _ = self._voice(batch)
        assert batch.recorded is not None
        speech = self.nets.speech_encoder(batch.recorded)
        block = self.block_of(step)
        block = "ete" if block == "none" and self.block_of is alternating_block else block
        frames = batch.articulation.shape[1]
        return {"animate": self._motion(self._entangle(batch, voice, speech, None, block, frames), batch)}

    def _voice(self, batch: Batch) -> tuple[Tensor, Tensor]:
        latents, speaker = self.nets.voice_encoder(batch.reference)
        return self.nets.voice_tokens(latents, speaker), speaker

    def _entangle(
        self, batch: Batch, voice: Tensor, speech: Tensor, text: TimedTokens | None, block: str, frames: int
    ) -> Paths:
        count, tokens = len(voice), speech.shape[1]
        speech_times = token_times(tokens, TOKEN_RATE).expand(count, -1)
        visual = self.nets.visual_encoder(batch.faces.crop, batch.faces.landmarks, batch.faces.blendshapes)
        return self.nets.prompt_guided(
            self.nets.blocks[block],
            voice,
            TimedTokens(speech, speech_times, batch.speech_mask),
            text,
            visual,
            token_times(frames, FPS).expand(count, -1),
            choice=self.choice,
        )

    def _motion(self, paths: Paths, batch: Batch) -> Tensor:
        return motion_loss(self.nets.motion_decoder(paths.video, batch.articulation.shape[1]), batch)

    @torch.no_grad()
    def validate(self, batch: Batch) -> dict[str, float]:
        """Losses on held-out speech, with each block that is trained."""
        self.nets.eval()
        values: dict[str, float] = {}
        for step in (0, 1):
            losses = self._narrate(batch, step) | self._animate(batch, step)
            values |= {f"{self.block_of(step)} {name}": losses[name].item() for name in VALIDATION_LOSSES}
        self.nets.train()
        return values
