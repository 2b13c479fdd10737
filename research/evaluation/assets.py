"""What an evaluation needs, loaded once: the model, the evaluators, the data, and how much of it is used."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ...core.bundles import Portrait
from ...core.media import read_image
from ...core.model import Model
from ...core.progress import Progress, ProgressCallback, Stage
from ...model_loaders.starter import WEIGHTS, load
from ..metrics.mouth import SHA256, SOURCE
from ..metrics.opinion import OpinionScorer
from ..metrics.similarity import SpeakerSimilarity
from ..metrics.transcribe import Whisper
from ..tools import (
    IMAGE_SUFFIXES,
    SOUND_SUFFIXES,
    checked,
    list_files,
    read_files,
)
from .plan import (
    FULL,
    QUICK,
    EvaluationPlan,
    spread_evenly,
)
from .synthesis import CachedSynthesizer

MAX_FACE_SHARE = 0.2  # inter-ocular distance by the picture's side


@dataclass(frozen=True)
class EvaluationAssets:
    """Evaluators, data and plan; ``task`` is the official face_landmarker.task, ``keep`` the folder of the videos."""

    synthesizer: CachedSynthesizer
    opinion: OpinionScorer
    similarity: SpeakerSimilarity
    voices: list[Path]
    portraits: Sequence[Path]
    recordings: list[Path]
    teacher: Path | None
    task: Path
    keep: Path
    plan: EvaluationPlan
    progress: ProgressCallback

    @property
    def model(self) -> Model:
        return self.synthesizer.model

    @cached_property
    def frontal(self) -> tuple[Path, Portrait]:
        """The portrait with the widest eyes that looks straight ahead, for what needs only one face.

        One that fills its picture is taken only when all do: nothing around it stands still.
        """
        analyzed = [(path, self.model.face.encode_portrait(read_image(path))) for path in self.portraits]
        return max([pair for pair in analyzed if _has_surroundings(pair[1])] or analyzed, key=_frontality)

    def section_progress(self, section: str) -> Callable[[int, int], None]:
        """Reports (done, total) of one section."""
        return lambda done, total: self.progress(Progress(Stage.EVALUATE, done, total, section))


def load_assets(arguments: Namespace, progress: ProgressCallback) -> EvaluationAssets:
    """From the arguments of ``narrating-face evaluate``. Raises InputError for a file or package that is missing."""
    plan = QUICK if arguments.quick else FULL
    checked(read_files([arguments.task], SOURCE), SHA256, SOURCE)
    keep = arguments.keep or arguments.cache / "videos"
    keep.mkdir(parents=True, exist_ok=True)
    model = load(folder=arguments.weights or WEIGHTS)
    return EvaluationAssets(
        CachedSynthesizer(model, Whisper(arguments.cache, arguments.threads)),
        OpinionScorer(),
        SpeakerSimilarity(),
        list_files(arguments.voices, SOUND_SUFFIXES)[: plan.voices],
        spread_evenly(list_files(arguments.portraits, IMAGE_SUFFIXES), plan.portraits),
        list_files(arguments.recordings or arguments.voices, SOUND_SUFFIXES)[: plan.recordings],
        arguments.teacher,
        arguments.task,
        keep,
        plan,
        progress,
    )


def _has_surroundings(portrait: Portrait) -> bool:
    return portrait.statistics.face_size < MAX_FACE_SHARE * min(portrait.image.shape[-2:])


def _frontality(analyzed: tuple[Path, Portrait]) -> float:
    statistics = analyzed[1].statistics
    return min(statistics.eye_left, statistics.eye_right) - abs(statistics.yaw)
