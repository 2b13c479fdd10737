"""Trains speech and face together: every stage of the starter but the HiFi generator.

    python -m narrating_face.research.training.train_joint --speech DIR --faces FILE --run DIR --steps N

All blocks share the other stages: steps alternate between ETE and STE, every eighth has no attention. Most narrate
(text in, speech out, every third time motion too), every seventh animates recorded speech (motion out): lips are learnt
much sooner than speech. Resumes from RUN/joint.pt, or starts from the weights in --warm-start.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

import torch

from .checkpoint import load_state, save_state
from .faces import Faces
from .joint_batch import JointData
from .joint_trainer import JointTrainer, alternating_block, is_animation_step
from .speech_set import SpeechSet
from .weights import load_half, save_nets

log = logging.getLogger(__name__)


def train_joint(options: argparse.Namespace) -> None:
    """Runs or resumes the training that ``options`` describe."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    speech, faces = SpeechSet(options.speech, options.run), Faces(options.faces)
    train_split, held_out = speech.split()
    data, held = JointData(speech, faces, train_split, options.tokens), JointData(speech, faces, held_out)
    held_batch = held.batch(held.utterances, 0, change_voices=False)
    trainer = JointTrainer(options.rate, options.adversarial_from)
    if options.warm_start:
        load_half(options.warm_start, trainer.nets)
    nets = {"nets": trainer.nets, "game": trainer.adversary.discriminator}
    optimizers = {"nets": trainer.optimizer, "game": trainer.adversary.optimizer}
    step, started = load_state(options.run / "joint.pt", nets, optimizers), time.monotonic()
    while step < options.steps:
        for group in data.epoch(options.seed + step):
            step += 1
            batch = data.batch(group, options.seed + step, recorded=is_animation_step(step))
            only_adversary = step <= options.head_start
            losses = trainer.prepare(batch, step) if only_adversary else trainer.step(batch, step, options.steps)
            if step % 49 == 0:
                text = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
                log.info("step %d %s %s (%.0f s)", step, alternating_block(step), text, time.monotonic() - started)
            if step % 250 == 0 or step == options.steps:
                save_state(options.run / "joint.pt", step, nets, optimizers)
                save_nets(options.run, trainer.nets, {"step": str(step)})
                text = " ".join(f"{name} {value:.3f}" for name, value in trainer.validate(held_batch).items())
                log.info("step %d held-out %s", step, text)
            if step == options.steps:
                break


def joint_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--faces", type=Path, required=True, help="file of research.training.collect_faces")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and caches")
    parser.add_argument("--warm-start", type=Path, help="folder of finished weights to start from")
    parser.add_argument("--steps", type=int, default=5_500)
    parser.add_argument("--adversarial-from", type=int, default=3_000)
    parser.add_argument("--head-start", type=int, default=0, help="first steps, which train only the adversary")
    parser.add_argument("--tokens", type=int, default=1_200, help="padded speech tokens in a batch")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train_joint(joint_parser().parse_args())
