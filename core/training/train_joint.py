"""Train speech and face together: every stage of the starter family but the HiFi generator.

    python -m narrating_face.core.training.train_joint --speech DIR --faces FILE --run DIR --steps N

The stages are shared by both blocks: steps alternate between ETE and STE, every eighth goes without attention. Most
narrate (text in, speech out, every third time motion too), every seventh animates recorded speech (motion out): lips
are learnt much sooner than speech. Resumes from RUN/joint.pt, or starts from the weights in --warm-start.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

import torch
from torch import Tensor

from ..entanglement.block import TransformerEncoder
from ..entanglement.encoders import Paths
from ..entanglement.prompt_guided import Timed
from ..starter.nets import StarterNets
from ..timing import FPS, TOKEN_RATE
from ..voice.pitch import semitones
from ..voice.planner import Pitch, symbol_times, token_times
from .checkpoint import load_state, save_state
from .faces import Faces
from .initialise import look_near
from .joint_batch import Batch, JointData
from .joint_losses import duration_loss, mel_loss, motion_loss, pitch_loss
from .mel_discriminator import MelGame
from .speaker_losses import consistency_loss, contrast_loss, embed_speech
from .speech_set import SpeechSet
from .weights import load_half, save_nets

log = logging.getLogger(__name__)


class JointTrainer:
    """One optimisation step at a time; owns the networks and the optimiser."""

    def __init__(self, rate: float, adversarial_from: int) -> None:
        self.rate, self.adversarial_from = rate, adversarial_from
        self.nets, self.game = StarterNets(), MelGame(rate)
        for module in self.nets.modules():
            if isinstance(module, TransformerEncoder):
                look_near(module)
        self.optimiser = torch.optim.AdamW(self.nets.parameters(), rate, betas=(0.9, 0.98), weight_decay=0.01)

    def step(self, batch: Batch, step: int, steps: int) -> dict[str, float]:
        self._set_rate(step, steps)
        losses = self._animate(batch, step) if animates(step) else self._narrate(batch, step)
        total = torch.stack(list(losses.values())).sum()
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.nets.parameters(), 2.0)
        if torch.isfinite(norm):
            self.optimiser.step()
        return {name: value.item() for name, value in losses.items()}

    def _set_rate(self, step: int, steps: int) -> None:
        for group in self.optimiser.param_groups:
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
        kind, frames = kind_of(step), batch.articulation.shape[1] if shows_face(step) else 0
        paths = self._entangle(batch, voice, speech, Timed(text, times, symbols), kind, frames)
        made = nets.speech_decoder(paths.audio, speech.shape[1])
        pitch, voiced = pitch_loss(contour, voicing, batch)
        losses = {
            "mel": mel_loss(made, batch),
            "duration": 0.3 * duration_loss(log_durations, batch),
            "pitch": 0.05 * pitch,
            "voicing": 0.1 * voiced,
            "voice": 0.05 * contrast_loss(speaker, embed_speech(nets.voice_encoder, batch.mel, batch), batch.voice),
            "likeness": 0.5 * consistency_loss(nets.voice_encoder, made, speaker, batch),
        }
        if frames:
            losses["motion"] = self._motion(paths, batch) * (0.1 if kind == "none" else 1.0)
        if self.nets.training and step >= self.adversarial_from:
            losses["game"] = self.game.play(made, batch)
        return losses

    def _animate(self, batch: Batch, step: int) -> dict[str, Tensor]:
        voice, _ = self._voice(batch)
        assert batch.recorded is not None
        speech = self.nets.speech_encoder(batch.recorded)
        kind = "ste" if kind_of(step) == "ste" else "ete"
        frames = batch.articulation.shape[1]
        return {"animate": self._motion(self._entangle(batch, voice, speech, None, kind, frames), batch)}

    def _voice(self, batch: Batch) -> tuple[Tensor, Tensor]:
        latents, speaker = self.nets.voice_encoder(batch.reference)
        return self.nets.voice_tokens(latents, speaker), speaker

    def _entangle(
        self, batch: Batch, voice: Tensor, speech: Tensor, text: Timed | None, kind: str, frames: int
    ) -> Paths:
        count, tokens = len(voice), speech.shape[1]
        speech_times = token_times(tokens, TOKEN_RATE).expand(count, -1)
        visual = self.nets.visual_encoder(batch.faces.crop, batch.faces.landmarks, batch.faces.blendshapes)
        return self.nets.prompt_guided(
            self.nets.blocks[kind],
            voice,
            Timed(speech, speech_times, batch.speech_mask),
            text,
            visual,
            token_times(frames, FPS).expand(count, -1),
        )

    def _motion(self, paths: Paths, batch: Batch) -> Tensor:
        return motion_loss(self.nets.motion_decoder(paths.video, batch.articulation.shape[1]), batch)

    @torch.no_grad()
    def validate(self, batch: Batch) -> dict[str, float]:
        """Losses on held-out speech, with each block."""
        self.nets.eval()
        text = {}
        for kind, step in (("ete", 0), ("ste", 1)):
            losses = self._narrate(batch, step) | self._animate(batch, step)
            text |= {f"{kind} {name}": losses[name].item() for name in ("mel", "pitch", "motion", "animate")}
        self.nets.train()
        return text


def animates(step: int) -> bool:
    return step % 7 == 2


def shows_face(step: int) -> bool:
    """Whether a narrating step trains the face too."""
    return step % 6 < 2


def kind_of(step: int) -> str:
    """Which block this step trains."""
    return "none" if step % 8 == 7 else ("ete", "ste")[step % 2]


def train(options: argparse.Namespace) -> None:
    """Run or resume the training that ``options`` describe."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    speech, faces = SpeechSet(options.speech, options.run), Faces(options.faces)
    train_split, held_out = speech.split()
    data, held = JointData(speech, faces, train_split, options.tokens), JointData(speech, faces, held_out)
    held_batch = held.batch(held_out, 0, change_voices=False)
    trainer = JointTrainer(options.rate, options.adversarial_from)
    if options.warm_start:
        load_half(options.warm_start, trainer.nets)
    nets = {"nets": trainer.nets, "game": trainer.game.discriminator}
    optimisers = {"nets": trainer.optimiser, "game": trainer.game.optimiser}
    step, started = load_state(options.run / "joint.pt", nets, optimisers), time.monotonic()
    while step < options.steps:
        for group in data.epoch(options.seed + step):
            step += 1
            batch = data.batch(group, options.seed + step, recorded=animates(step))
            losses = trainer.step(batch, step, options.steps)
            if step % 49 == 0:
                text = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
                log.info("step %d %s %s (%.0f s)", step, kind_of(step), text, time.monotonic() - started)
            if step % 250 == 0 or step == options.steps:
                save_state(options.run / "joint.pt", step, nets, optimisers)
                save_nets(options.run, trainer.nets, {"step": str(step)})
                text = " ".join(f"{name} {value:.3f}" for name, value in trainer.validate(held_batch).items())
                log.info("step %d held-out %s", step, text)
            if step == options.steps:
                break


def parser() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    arguments.add_argument("--faces", type=Path, required=True, help="file of core.training.collect_faces")
    arguments.add_argument("--run", type=Path, required=True, help="folder for checkpoints and caches")
    arguments.add_argument("--warm-start", type=Path, help="folder of finished weights to start from")
    arguments.add_argument("--steps", type=int, default=5_500)
    arguments.add_argument("--adversarial-from", type=int, default=3_000)
    arguments.add_argument("--tokens", type=int, default=1_200, help="padded speech tokens in a batch")
    arguments.add_argument("--rate", type=float, default=1e-3)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=0)
    return arguments


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(parser().parse_args())
