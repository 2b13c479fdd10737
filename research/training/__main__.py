"""From teacher speech to the starter's weights, in one command that can be stopped and run again.

    python -m narrating_face.research.training --speech DIR --portraits DIR --run DIR [--install] [--warm-start]

Teacher speech comes from ``python -m narrating_face.research.training.teacher``. The stages, each of which resumes from
what RUN holds: portraits are analysed; the HiFi generator is trained; speech and face are trained together; the
generator is fine-tuned on decoded speech latents. ``--install`` copies the weights into the pack; ``--warm-start``
begins from the installed weights.
"""

from __future__ import annotations

import argparse
import logging
import shutil
from pathlib import Path

from ...core.families.starter.nets import StarterNets
from ...core.runtime.files import replacing, save_tensors
from ...model_loaders.starter.loader import WEIGHTS
from ..tools import IMAGE_SUFFIXES, exit_on_input_error, list_files
from .aligned_latents import export_latents
from .collect_faces import collect_faces
from .faces import Faces
from .joint_batch import JointData
from .speech_set import SpeechSet
from .train_generator import generator_parser, train_generator
from .train_joint import joint_parser, train_joint

HEAD_START = 200  # first steps of a warm start, which train only the discriminators

log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> None:
    parser = _recipe_parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options.run.mkdir(parents=True, exist_ok=True)
    faces = options.run / "faces.safetensors"
    if not faces.exists():
        with exit_on_input_error(parser):
            save_tensors(faces, collect_faces(list_files(options.portraits, IMAGE_SUFFIXES)), {})
    common = ["--speech", str(options.speech), "--run", str(options.run), "--threads", str(options.threads)]
    if options.warm_start:
        common += ["--warm-start", str(WEIGHTS), "--adversarial-from", "0", "--head-start", str(HEAD_START)]
    generator = generator_parser()
    train_generator(generator.parse_args([*common, "--steps", str(options.generator_steps)]))
    joint = [*common, "--faces", str(faces), "--steps", str(options.joint_steps)]
    train_joint(joint_parser().parse_args(joint))
    latents = options.run / "latents.safetensors"
    if not latents.exists():
        speech = SpeechSet(options.speech, options.run)
        export_latents(JointData(speech, Faces(faces), speech.split()[0]), options.run, latents)
    steps = str(options.generator_steps + options.tuning_steps)
    train_generator(generator.parse_args([*common, "--steps", steps, "--latents", str(latents)]))
    if options.install:
        install(options.run)


def install(run: Path) -> None:
    """Copies every finished network from ``run`` into the pack."""
    names = [*(name for name, _ in StarterNets().weight_files()), "hifi_generator"]
    for name in names:
        with replacing(WEIGHTS / f"{name}.safetensors") as temporary:
            shutil.copyfile(run / f"{name}.safetensors", temporary)
    log.info("installed %d files in %s", len(names), WEIGHTS)


def _recipe_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speech", type=Path, required=True, help="folder of teacher speech with meta.jsonl")
    parser.add_argument("--portraits", type=Path, required=True, help="folder of pictures with one face each")
    parser.add_argument("--run", type=Path, required=True, help="folder for checkpoints and caches")
    parser.add_argument("--generator-steps", type=int, default=9_000)
    parser.add_argument("--joint-steps", type=int, default=5_500)
    parser.add_argument("--tuning-steps", type=int, default=1_500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--warm-start", action="store_true", help="begin from the pack's weights")
    parser.add_argument("--install", action="store_true", help="copy the finished weights into the pack")
    return parser


if __name__ == "__main__":
    main()
