"""How much memory a narration takes, and the plan that fits: faster where there is room, smaller where there is not.

Weights are counted on the networks at hand. Results alive inside the denoising UNet are estimated in maps: one map is
one frame at the finest level, h w C numbers. The factors are those that ``meter`` counts at 512 x 512; a test holds
them to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn

from ...errors import InputError
from .nets import DecoderNets

HELD, INNER = 13.8, 26.0  # maps for each frame of the clip, and for each frame computed at once
MOTION = 22.8  # maps for each frame of the clip while a motion module runs
TOLD = 120.0  # maps of all conditions and banks
SLACK = 1.15  # what an allocator needs beyond the sum


@dataclass(frozen=True)
class MemoryPlan:
    """``frames_at_once`` through the layers that treat frames one by one; ``offload_reference_net`` lets the
    ReferenceNet go once its bank exists and brings it back for the next clip."""

    name: str
    frames_at_once: int
    offload_reference_net: bool


FAST, BALANCED, LOW = MemoryPlan("fast", 16, False), MemoryPlan("balanced", 4, False), MemoryPlan("low", 1, True)
PLANS = {plan.name: plan for plan in (FAST, BALANCED, LOW)}


@dataclass(frozen=True)
class Need:
    """Bytes of weights, and of one map; ``frames`` of a clip."""

    reference_net: int
    other_nets: int
    map: int
    frames: int

    def bytes(self, plan: MemoryPlan) -> int:
        """What a device must have free."""
        weights = self.other_nets + (0 if plan.offload_reference_net else self.reference_net)
        return round(SLACK * (weights + self.activations(plan)))

    def activations(self, plan: MemoryPlan) -> int:
        at_once = min(plan.frames_at_once, self.frames)
        maps = max(MOTION * self.frames, HELD * self.frames + INNER * at_once) + TOLD
        return round(maps * self.map)


def memory_need(nets: DecoderNets, size: tuple[int, int], frames: int) -> Need:
    """For frames of ``size`` (height, width)."""
    hallo = nets.hallo
    others = [net for net in nets.named().values() if net is not hallo.reference_net]
    first = hallo.denoising_unet.conv_in.weight
    one_map = size[0] * size[1] // 64 * first.shape[0] * first.element_size()
    return Need(weight_bytes([hallo.reference_net]), weight_bytes(others), one_map, frames)


def weight_bytes(nets: Iterable[nn.Module]) -> int:
    return sum(tensor.numel() * tensor.element_size() for net in nets for tensor in net.state_dict().values())


def choose_plan(name: str, need: Need, free: int | None) -> MemoryPlan:
    """The plan ``name``; for "auto" the fastest that fits into ``free`` bytes, the middle one where that is unknown.
    The networks may lie on the device already: ``free`` counts them as room."""
    if name != "auto":
        if name not in PLANS:
            raise InputError(f"the memory plan is {name!r}: choose auto, {', '.join(PLANS)}.")
        return PLANS[name]
    if free is None:
        return BALANCED
    return next((plan for plan in PLANS.values() if need.bytes(plan) <= free), LOW)
