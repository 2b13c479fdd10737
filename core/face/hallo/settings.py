"""Everything that can be chosen about the diffusion decoder, in frozen configs.

``CompatibilityFlags`` names each quirk of the reference that the default mends; ``REFERENCE_COMPATIBLE`` keeps them
all, for parity.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import InputError
from .samplers import SAMPLERS

MOST_STEPS, MOST_GUIDANCE = 200, 20.0
SMALLEST, LARGEST, MULTIPLE = 64, 1024, 64
MEMORY = ("auto", "fast", "balanced", "low")  # plans of core.face.hallo.memory_plan
MOST_FRAMES = 30  # with two earlier frames, all 32 positions that the motion modules know


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{name} is {value}: set a number from {low} to {high}.")


@dataclass(frozen=True)
class CompatibilityFlags:
    """True mends, False does what the reference does.

    ``steady_reference``  every frame attends to the reference picture seen with the real face embedding; the reference
                          alternates between zero and real embedding from frame to frame (a flicker)
    ``keep_aspect``       the picture keeps its shape; the reference stretches it to a square
    ``full_precision_bank``  reference features stay as precise as the nets compute; the reference rounds them to fp16
    ``aligned_timesteps`` DDIM goes to the next listed timestep; the reference goes 1000 // steps down, and so misses
                          it wherever the number of steps does not divide 1000
    ``latent_chain``      a clip continues from the last latents; the reference decodes them to pixels and encodes these
    ``latent_anchor``     the latents a clip continues from are drawn back to the portrait's colours and contrast, so
                          that a long video does not drift
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
    """How a clip is denoised.

    Guidance holds for steps whose place 0..1 lies in ``guided``; elsewhere the unconditional half is not computed.
    ``cache_interval`` is how many steps share one pass through the levels below the finest; 1 computes every step
    whole.
    """

    steps: int = 10
    sampler: str = "multistep"
    guidance: float = 3.5
    guided: tuple[float, float] = (0.0, 1.0)
    cache_interval: int = 1

    def __post_init__(self) -> None:
        _within("steps", self.steps, 1, MOST_STEPS)
        _within("guidance", self.guidance, 1.0, MOST_GUIDANCE)
        _within("reuse", self.cache_interval, 1, 10)
        if self.sampler not in SAMPLERS:
            raise InputError(f"sampler is {self.sampler!r}: choose one of {', '.join(SAMPLERS)}.")
        if not 0 <= self.guided[0] <= self.guided[1] <= 1:
            raise InputError(f"the guidance interval is {self.guided}: two numbers from 0 to 1 in order are needed.")

    def is_guided(self, index: int) -> bool:
        place = index / max(1, self.steps - 1)
        return self.guidance > 1 and self.guided[0] <= place <= self.guided[1]

    def is_whole(self, index: int) -> bool:
        """Whether a step goes through all levels instead of reusing the deeper ones."""
        return index % self.cache_interval == 0


@dataclass(frozen=True)
class HalloSettings:
    """``size`` is the side of a square of the same area as the frames; ``frames`` those of one clip; ``whole_picture``
    False renders the head alone and pastes it back; ``strengths`` multiply what pose, face and lips hear."""

    sampling: DenoisingSettings = DenoisingSettings()
    compatibility: CompatibilityFlags = field(default_factory=CompatibilityFlags)
    size: int = 512
    frames: int = 16
    motion_frames: int = 2
    whole_picture: bool = True
    paste_back: bool = True
    memory: str = "auto"
    strengths: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        _within("size", self.size, SMALLEST, LARGEST)
        _within("frames", self.frames, 2, MOST_FRAMES)
        if self.size % MULTIPLE:
            raise InputError(f"size is {self.size}: a multiple of {MULTIPLE} is needed.")


REFERENCE = HalloSettings(DenoisingSettings(40, "ddim"), REFERENCE_COMPATIBLE, paste_back=False)
