"""The paper's ablations, each trained from scratch with the same steps, data and seed, and one table of the results.

    python -m narrating_face.research.training.ablate --speech DIR --faces FILE --run DIR --steps N --out report.json

ETE, STE and no attention; ETE without video tokens, with visual tokens only, with audio tokens only, without text. The
table holds losses on held-out speech: ``mel`` L1 of log-mel with true durations and pitch, ``motion`` and ``animate``
the distance of the mouth's motion when it narrates and when it speaks a recording.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path

import torch

from ...core.entanglement.prompt_guided import ContextChoice
from ...core.runtime.files import replacing
from ...core.runtime.table import format_table
from .faces import Faces
from .joint_batch import JointData
from .joint_trainer import VALIDATION_LOSSES, JointTrainer, is_animation_step
from .speech_set import SpeechSet

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Variant:
    """A block and the context of both paths."""

    name: str
    block: str
    choice: ContextChoice = field(default_factory=ContextChoice)


VARIANTS = (
    Variant("ETE", "ete"),
    Variant("STE", "ste"),
    Variant("no attention", "none"),
    Variant("ETE, no video tokens", "ete", ContextChoice(visual=False)),
    Variant("ETE, only visual tokens", "ete", ContextChoice(text=False, voice=False, speech=False)),
    Variant("ETE, only audio tokens", "ete", ContextChoice(visual=False, text=False)),
    Variant("ETE, no text tokens", "ete", ContextChoice(text=False)),
)


def train_variant(variant: Variant, data: JointData, held: JointData, options: argparse.Namespace) -> dict[str, float]:
    """Trains one variant and returns its losses on held-out speech."""
    torch.manual_seed(options.seed)
    trainer = JointTrainer(options.rate, options.steps + 1, lambda step: variant.block, variant.choice)
    step = 0
    while step < options.steps:
        for group in data.epoch(options.seed + step):
            step += 1
            trainer.step(data.batch(group, options.seed + step, recorded=is_animation_step(step)), step, options.steps)
            if step == options.steps:
                break
    batch = held.batch(held.utterances, 0, change_voices=False)
    return {name.removeprefix(f"{variant.block} "): value for name, value in trainer.validate(batch).items()}


def main(arguments: list[str] | None = None) -> None:
    options = ablation_parser().parse_args(arguments)
    torch.set_num_threads(options.threads)
    speech, faces = SpeechSet(options.speech, options.run), Faces(options.faces)
    train_split, held_out = speech.split()
    data, held = JointData(speech, faces, train_split, options.tokens), JointData(speech, faces, held_out)
    chosen = [variant for variant in VARIANTS if not options.only or variant.name in options.only]
    report: dict[str, dict[str, float]] = {}
    for variant in chosen:
        report[variant.name] = train_variant(variant, data, held, options)
        log.info("%s: %s", variant.name, report[variant.name])
        with replacing(options.out) as temporary:
            temporary.write_text(json.dumps({"steps": options.steps, "losses": report}, indent=1), encoding="utf-8")
    rows = [(name, *(f"{losses[loss]:.3f}" for loss in VALIDATION_LOSSES)) for name, losses in report.items()]
    print("\n".join(format_table(("variant", *VALIDATION_LOSSES), rows, "l" + "r" * len(VALIDATION_LOSSES))))


def ablation_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--faces", type=Path, required=True, help="file of research.training.collect_faces")
    parser.add_argument("--run", type=Path, required=True, help="folder for caches")
    parser.add_argument("--out", type=Path, required=True, help="JSON file for the table")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--tokens", type=int, default=1_200, help="padded speech tokens in a batch")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="variants to train (all by default)")
    return parser


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    main()
