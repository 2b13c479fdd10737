"""How Hallo renders: denoising, compatibility with the reference implementation, size and memory.

``CompatibilityFlags`` names each quirk of the reference that the default mends; ``REFERENCE_COMPATIBLE`` keeps them
all, for parity (reference: Hallo's inference script).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import InputError
from .limits import (
    CACHE_INTERVAL,
    CLIP_FRAMES,
    FRAME_SIDE,
    GUIDANCE,
    STEPS,
    STRENGTH,
)

SAMPLERS = ("ddim", "multistep")  # core.face.hallo.samplers holds them
MEMORY_PLANS = ("auto", "fast", "balanced", "low")  # core.face.hallo.memory_plan holds them
MULTIPLE = 64  # of each side of a frame


@dataclass(frozen=True)
class CompatibilityFlags:
    """True mends a quirk, False does what the reference does.

    ``steady_reference``     every frame attends to the reference picture with the real face embedding; the reference
                             alternates between zero and real embedding from frame to frame (a flicker)
    ``keep_aspect``          the picture keeps its shape; the reference stretches it to a square
    ``full_precision_bank``  reference features keep the precision of the networks; the reference rounds them to fp16
    ``aligned_timesteps``    DDIM goes to the next listed timestep; the reference goes 1000 // steps down, and so
                             misses it wherever the number of steps does not divide 1000
    ``latent_chain``         a clip continues from the last latents; the reference decodes them to pixels and encodes
                             these
    ``latent_anchor``        the latents that a clip continues from are drawn back to the portrait's colours and
                             contrast, so that a long video does not drift
    """

    steady_reference: bool = True
    keep_aspect: bool = True
    full_precision_bank: bool = True
    aligned_timesteps: bool = True
    latent_chain: bool = True
    latent_anchor: bool = True


REFERENCE_COMPATIBLE = CompatibilityFlags(False, False, False, False, False, False)


@dataclass(frozen=True)
class DenoisingSettings:
    """How a clip is denoised. Raises InputError outside the limits.

    Guidance applies to steps whose position 0..1 lies in ``guided``; elsewhere the unconditional branch is skipped.
    ``cache_interval`` steps share one pass through the levels below the finest; 1 computes every step in full.
    """

    steps: int = int(STEPS.default)
    sampler: str = "multistep"
    guidance: float = GUIDANCE.default
    guided: tuple[float, float] = (0.0, 1.0)
    cache_interval: int = 1

    def __post_init__(self) -> None:
        STEPS.check(self.steps)
        GUIDANCE.check(self.guidance)
        CACHE_INTERVAL.check(self.cache_interval)
        if self.sampler not in SAMPLERS:
            raise InputError(f"sampler is {self.sampler!r}: choose one of {', '.join(SAMPLERS)}.")
        if not 0 <= self.guided[0] <= self.guided[1] <= 1:
            raise InputError(f"the guidance interval is {self.guided}: two numbers from 0 to 1 in order are needed.")

    def is_guided(self, index: int) -> bool:
        """Whether step ``index`` computes both guidance branches."""
        position = index / max(1, self.steps - 1)
        return self.guidance > 1 and self.guided[0] <= position <= self.guided[1]

    def is_full(self, index: int) -> bool:
        """Whether step ``index`` goes through all levels instead of reusing cached features."""
        return index % self.cache_interval == 0


@dataclass(frozen=True)
class HalloSettings:
    """``size`` is the side of a square with the area of a frame; ``frames`` are those of one clip; ``motion_frames``
    of the clip before condition it; ``whole_picture`` False renders only the head and pastes it back; ``strengths``
    scale the audio conditioning of pose, face and lips. Raises InputError outside the limits."""

    denoising: DenoisingSettings = DenoisingSettings()
    compatibility: CompatibilityFlags = field(default_factory=CompatibilityFlags)
    size: int = int(FRAME_SIDE.default)
    frames: int = int(CLIP_FRAMES.default)
    motion_frames: int = 2
    whole_picture: bool = True
    paste_back: bool = True
    memory: str = "auto"
    strengths: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        FRAME_SIDE.check(self.size)
        CLIP_FRAMES.check(self.frames)
        for strength in self.strengths:
            STRENGTH.check(strength)
        if self.size % MULTIPLE:
            raise InputError(f"size is {self.size}: a multiple of {MULTIPLE} is needed.")
        if self.memory not in MEMORY_PLANS:
            raise InputError(f"the memory plan is {self.memory!r}: choose one of {', '.join(MEMORY_PLANS)}.")


REFERENCE = HalloSettings(DenoisingSettings(40, "ddim"), REFERENCE_COMPATIBLE, paste_back=False)
