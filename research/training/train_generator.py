"""Trains the HiFi generator on teacher speech: log-mel -> waveform.

    python -m narrating_face.research.training.train_generator --speech DIR --run DIR --steps N [--latents FILE]

Only spectral losses for the first ``--adversarial-from`` steps, then the light discriminators join. With ``--latents``
(research.training.aligned_latents) half of the clips start from decoded speech latents instead of the true log-mel.
With ``--head-start`` the first steps train only the discriminators: fresh ones would spoil a finished generator.
Resumes from RUN/generator.pt; RUN/hifi_generator.safetensors holds the weights in fp16.
"""

from __future__ import annotations

import argparse
import logging
import math
import random
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from ...core.audio.loudness import TARGET_RMS, active_rms
from ...core.audio.mel import log_mel
from ...core.audio.pitch import fundamental
from ...core.audio.resample import resample
from ...core.timing import MEL_HOP, SAMPLE_RATE
from ...core.voice.harmonics import pitch_columns
from ...core.voice.hifi_generator import HiFiGenerator
from .aligned_latents import load_latents
from .checkpoint import load_state, save_state
from .discriminators import Discriminators
from .speech_losses import (
    adversarial_loss,
    discriminator_loss,
    feature_loss,
    spectral_distance,
)
from .speech_set import SpeechSet, Utterance
from .weights import fill_half, save_half

log = logging.getLogger(__name__)
FRAMES = 40  # half a second
OCTAVES = (-0.5, 0.4)  # range of the change in speed and pitch


class GeneratorTrainer:
    """One optimisation step at a time; owns the networks and both optimisers."""

    def __init__(
        self,
        speech: SpeechSet,
        adversarial_from: int,
        batch: int,
        rate: float,
        latents: dict[str, Tensor],
        head_start: int = 0,
    ) -> None:
        self.speech, self.adversarial_from, self.batch, self.rate = speech, adversarial_from, batch, rate
        self.latents, self.head_start = latents, head_start
        self.train_split, self.held_out = speech.split()
        self.generator, self.discriminators = HiFiGenerator(), Discriminators()
        self.optimizer = torch.optim.AdamW(self.generator.parameters(), rate, betas=(0.8, 0.99), weight_decay=0.01)
        self.discriminator_optimizer = torch.optim.AdamW(
            self.discriminators.parameters(), rate, betas=(0.8, 0.99), weight_decay=0.01
        )

    def state(self) -> tuple[dict, dict]:
        nets = {"generator": self.generator, "discriminators": self.discriminators}
        return nets, {"generator": self.optimizer, "discriminators": self.discriminator_optimizer}

    def step(self, step: int, steps: int) -> dict[str, float]:
        for group in (*self.optimizer.param_groups, *self.discriminator_optimizer.param_groups):
            group["lr"] = self.rate * min(1.0, step / 200) * max(0.05, 1 - step / steps)
        real, latents = self._clips(self.train_split, step)
        half = slice(0, self.batch // 2)  # the discriminators cost more than all the rest
        if step <= self.head_start:
            with torch.no_grad():
                made = self.generator(latents[half])[:, 0]
            return {"discriminators": self._train_discriminators(real[half], made).item()}
        made = self.generator(latents)[:, 0]
        losses = {"mel": F.l1_loss(log_mel(made), log_mel(real)), "stft": spectral_distance(made, real)}
        total = 5 * losses["mel"] + 2 * losses["stft"]
        if step >= self.adversarial_from:
            losses["discriminators"] = self._train_discriminators(real[half], made[half].detach())
            real_output, made_output = self.discriminators(real[half]), self.discriminators(made[half])
            losses["adversarial"] = adversarial_loss(made_output)
            losses["feature"] = feature_loss(real_output, made_output)
            total = total + losses["adversarial"] + 2 * losses["feature"]
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.generator.parameters(), 5.0)
        self.optimizer.step()
        return {name: value.item() for name, value in losses.items()}

    def _train_discriminators(self, real: Tensor, made: Tensor) -> Tensor:
        loss = discriminator_loss(self.discriminators(real), self.discriminators(made))
        self.discriminator_optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.discriminator_optimizer.step()
        return loss.detach()

    @torch.no_grad()
    def validate(self) -> float:
        """Mean log-mel distance on held-out clips."""
        real, latents = self._clips(self.held_out, 0)
        return float(F.l1_loss(log_mel(self.generator(latents)[:, 0]), log_mel(real)))

    def _clips(self, utterances: list[Utterance], seed: int) -> tuple[Tensor, Tensor]:
        """Random half-second clips [B, 12000] and the latents to generate them from [B, 40, 102]."""
        rng = random.Random(seed)
        clips, latents = [], []
        while len(clips) < self.batch:
            utterance = rng.choice(utterances)
            decoded = self.latents.get(utterance.id) if len(clips) % 2 else None
            clip, mel = self._real(utterance, rng) if decoded is None else self._decoded(utterance, decoded, rng)
            if clip.abs().max() > 0.01 or rng.random() < 0.1:
                clips.append(clip)
                latents.append(mel)
        return torch.stack(clips), torch.stack(latents)

    def _real(self, utterance: Utterance, rng: random.Random) -> tuple[Tensor, Tensor]:
        """A clip and its own latents; half are resampled, so that every pitch occurs."""
        rate = round(SAMPLE_RATE * 2 ** rng.uniform(*OCTAVES)) if rng.random() < 0.5 else SAMPLE_RATE
        length = math.ceil(FRAMES * MEL_HOP * rate / SAMPLE_RATE)
        first = rng.randrange(max(1, utterance.samples - length))
        wave = self.speech.waveform(utterance)[first : first + length] * (0.4 + 0.8 * rng.random())
        clip = resample(wave, rate, SAMPLE_RATE)
        clip = F.pad(clip, (0, FRAMES * MEL_HOP))[: FRAMES * MEL_HOP].clamp(-1, 1)
        return clip, own_latents(clip)

    def _decoded(self, utterance: Utterance, decoded: Tensor, rng: random.Random) -> tuple[Tensor, Tensor]:
        """A clip and the speech decoder's latents of it."""
        frame = rng.randrange(utterance.samples // MEL_HOP - FRAMES)
        wave = self.speech.waveform(utterance)
        clip = wave[frame * MEL_HOP : (frame + FRAMES) * MEL_HOP] * (TARGET_RMS / active_rms(wave))
        return clip.clamp(-1, 1), decoded[frame : frame + FRAMES].float()


def own_latents(clip: Tensor) -> Tensor:
    """Latents [S / 300, 102] of a clip [S]: its log-mel and pitch."""
    return torch.cat([log_mel(clip[None])[0].T, pitch_columns(fundamental(clip))], -1)


def train_generator(options: argparse.Namespace) -> None:
    """Runs or resumes the training that ``options`` describe."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    latents = load_latents(options.latents) if options.latents else {}
    speech = SpeechSet(options.speech, options.run)
    trainer = GeneratorTrainer(
        speech, options.adversarial_from, options.batch, options.rate, latents, options.head_start
    )
    if options.warm_start:
        fill_half(trainer.generator, options.warm_start / "hifi_generator.safetensors")
    nets, optimizers = trainer.state()
    step, started = load_state(options.run / "generator.pt", nets, optimizers), time.monotonic()
    while step < options.steps:
        step += 1
        losses = trainer.step(step, options.steps)
        if step % 50 == 0:
            text = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
            log.info("step %d %s (%.0f s)", step, text, time.monotonic() - started)
        if step % 250 == 0 or step == options.steps:
            save_state(options.run / "generator.pt", step, nets, optimizers)
            save_half(options.run / "hifi_generator.safetensors", trainer.generator, {"step": str(step)})
            log.info("step %d held-out mel distance %.4f", step, trainer.validate())


def generator_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and caches")
    parser.add_argument("--latents", type=Path, help="file of research.training.aligned_latents, to fine-tune on")
    parser.add_argument("--warm-start", type=Path, help="folder of finished weights to start from")
    parser.add_argument("--steps", type=int, default=9_000)
    parser.add_argument("--adversarial-from", type=int, default=5_000)
    parser.add_argument("--head-start", type=int, default=0, help="first steps, which train only the discriminators")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    return parser


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train_generator(generator_parser().parse_args())
