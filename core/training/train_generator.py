"""Train the HiFi generator on teacher speech: log-mel -> waveform.

    python -m narrating_face.core.training.train_generator --speech DIR --run DIR --steps N

Spectral losses alone for the first ``--adversarial-from`` steps, then the light discriminators join. Resumes from
RUN/generator.pt; RUN/hifi_generator.safetensors holds the weights in fp16.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from ..timing import MEL_HOP
from ..voice.hifi_generator import HiFiGenerator
from ..voice.mel import log_mel
from .checkpoint import load_state, save_state
from .discriminators import Discriminators
from .speech_losses import adversarial_loss, discriminator_loss, feature_loss, spectral_distance
from .speech_set import SpeechSet, Utterance
from .weights import save_half

log = logging.getLogger(__name__)
FRAMES = 40  # half a second


class GeneratorTrainer:
    """One optimisation step at a time; owns the networks and both optimisers."""

    def __init__(self, speech: SpeechSet, adversarial_from: int, batch: int, rate: float) -> None:
        self.speech, self.adversarial_from, self.batch, self.rate = speech, adversarial_from, batch, rate
        self.train_split, self.held_out = speech.split()
        self.generator, self.discriminators = HiFiGenerator(), Discriminators()
        self.optimiser = torch.optim.AdamW(self.generator.parameters(), rate, betas=(0.8, 0.99), weight_decay=0.01)
        self.opponent = torch.optim.AdamW(self.discriminators.parameters(), rate, betas=(0.8, 0.99), weight_decay=0.01)

    def state(self) -> tuple[dict, dict]:
        nets = {"generator": self.generator, "discriminators": self.discriminators}
        return nets, {"generator": self.optimiser, "discriminators": self.opponent}

    def step(self, step: int, steps: int) -> dict[str, float]:
        for group in (*self.optimiser.param_groups, *self.opponent.param_groups):
            group["lr"] = self.rate * min(1.0, step / 200) * max(0.05, 1 - step / steps)
        real = self._clips(self.train_split, step)
        made = self.generator(log_mel(real).transpose(1, 2))[:, 0]
        losses = {"mel": F.l1_loss(log_mel(made), log_mel(real)), "stft": spectral_distance(made, real)}
        total = 5 * losses["mel"] + 2 * losses["stft"]
        if step >= self.adversarial_from:
            judged = slice(0, self.batch // 2)  # the discriminators cost more than all the rest
            losses["opponent"] = self._train_opponent(real[judged], made[judged].detach())
            judged_real, judged_made = self.discriminators(real[judged]), self.discriminators(made[judged])
            losses["adversarial"] = adversarial_loss(judged_made)
            losses["feature"] = feature_loss(judged_real, judged_made)
            total = total + losses["adversarial"] + 2 * losses["feature"]
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.generator.parameters(), 5.0)
        self.optimiser.step()
        return {name: value.item() for name, value in losses.items()}

    def _train_opponent(self, real: Tensor, made: Tensor) -> Tensor:
        loss = discriminator_loss(self.discriminators(real), self.discriminators(made))
        self.opponent.zero_grad(set_to_none=True)
        loss.backward()
        self.opponent.step()
        return loss.detach()

    @torch.no_grad()
    def validate(self) -> float:
        """Mean log-mel distance on held-out clips."""
        real = self._clips(self.held_out, 0)
        return float(F.l1_loss(log_mel(self.generator(log_mel(real).transpose(1, 2))[:, 0]), log_mel(real)))

    def _clips(self, utterances: list[Utterance], seed: int) -> Tensor:
        """Random half-second clips [B, 12000], peak-scaled at random so that loudness is learnt."""
        random = torch.Generator().manual_seed(seed)
        length, clips = FRAMES * MEL_HOP, []
        while len(clips) < self.batch:
            utterance = utterances[int(torch.randint(len(utterances), (), generator=random))]
            first = int(torch.randint(utterance.samples - length, (), generator=random))
            clip = self.speech.waveform(utterance)[first : first + length]
            if clip.abs().max() > 0.02 or torch.rand((), generator=random) < 0.1:
                clips.append(clip * (0.4 + 0.8 * torch.rand((), generator=random)))
        return torch.stack(clips).clamp(-1, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and caches")
    parser.add_argument("--steps", type=int, default=9_000)
    parser.add_argument("--adversarial-from", type=int, default=5_000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    trainer = GeneratorTrainer(
        SpeechSet(options.speech, options.run), options.adversarial_from, options.batch, options.rate
    )
    nets, optimisers = trainer.state()
    step, started = load_state(options.run / "generator.pt", nets, optimisers), time.monotonic()
    while step < options.steps:
        step += 1
        losses = trainer.step(step, options.steps)
        if step % 50 == 0:
            text = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
            log.info("step %d %s (%.0f s)", step, text, time.monotonic() - started)
        if step % 250 == 0 or step == options.steps:
            save_state(options.run / "generator.pt", step, nets, optimisers)
            save_half(options.run / "hifi_generator.safetensors", trainer.generator, {"step": str(step)})
            log.info("step %d held-out mel distance %.4f", step, trainer.validate())


if __name__ == "__main__":
    main()
