"""Memory plans: how much memory a narration needs, and the fastest plan that fits.

Weights are counted on the given networks. Live results inside the denoising UNet are estimated in maps: one map is one
frame at the finest level, h w C numbers. The factors follow from counts at 512 x 512 (benchmarks.hallo_cost_report).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn

from ...errors import InputError
from .networks import DecoderNets

MAPS_PER_FRAME = 13.8  # for each frame of the clip
MAPS_PER_COMPUTED_FRAME = 26.0  # and for each frame computed at once
MAPS_PER_FRAME_IN_MOTION = 22.8  # for each frame of the clip while a motion module runs
CONDITIONING_MAPS = 120.0  # of all keys, values and banks
ALLOCATOR_OVERHEAD = 1.15


@dataclass(frozen=True)
class MemoryPlan:
    """``frames_at_once`` go through the layers that treat frames one by one; ``offload_reference_net`` offloads the
    ReferenceNet after its bank is computed and loads it again for the next clip."""

    name: str
    frames_at_once: int
    offload_reference_net: bool


FAST, BALANCED, LOW = MemoryPlan("fast", 16, False), MemoryPlan("balanced", 4, False), MemoryPlan("low", 1, True)
PLANS = {plan.name: plan for plan in (FAST, BALANCED, LOW)}


@dataclass(frozen=True)
class MemoryNeed:
    """Bytes of the ReferenceNet's and the other networks' weights and of one ``map``; ``frames`` of a clip."""

    reference_net: int
    other_nets: int
    map: int
    frames: int

    def bytes(self, plan: MemoryPlan) -> int:
        """Device memory that must be free."""
        weights = self.other_nets + (0 if plan.offload_reference_net else self.reference_net)
        return round(ALLOCATOR_OVERHEAD * (weights + self.activations(plan)))

    def activations(self, plan: MemoryPlan) -> int:
        """Bytes of live results at the peak of a step."""
        at_once = min(plan.frames_at_once, self.frames)
        maps = max(
            MAPS_PER_FRAME_IN_MOTION * self.frames,
            MAPS_PER_FRAME * self.frames + MAPS_PER_COMPUTED_FRAME * at_once,
        )
        return round((maps + CONDITIONING_MAPS) * self.map)


def memory_need(nets: DecoderNets, size: tuple[int, int], frames: int) -> MemoryNeed:
    """For clips of ``frames`` frames of ``size`` (height, width)."""
    hallo = nets.hallo
    others = [net for net in nets.named().values() if net is not hallo.reference_net]
    first = hallo.denoising_unet.conv_in.weight
    one_map = size[0] * size[1] // 64 * first.shape[0] * first.element_size()
    return MemoryNeed(weight_bytes([hallo.reference_net]), weight_bytes(others), one_map, frames)


def weight_bytes(nets: Iterable[nn.Module]) -> int:
    return sum(tensor.numel() * tensor.element_size() for net in nets for tensor in net.state_dict().values())


def choose_plan(name: str, need: MemoryNeed, free: int | None) -> MemoryPlan:
    """The plan ``name``; for "auto" the fastest that fits into ``free`` bytes, or BALANCED where that is unknown.
    ``free`` includes what the networks themselves occupy. Raises InputError for an unknown name."""
    if name != "auto":
        if name not in PLANS:
            raise InputError(f"the memory plan is {name!r}: choose auto, {', '.join(PLANS)}.")
        return PLANS[name]
    if free is None:
        return BALANCED
    return next((plan for plan in PLANS.values() if need.bytes(plan) <= free), LOW)
