"""State dicts, tensors by name: checked against the shapes that a network needs, then put into it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from torch import Tensor, nn

from .checkpoints import Checkpoint, quoted

Shapes = Mapping[str, tuple[int, ...]]
COUNTER = ".num_batches_tracked"  # of batch normalisation: an integer that inference does not read
WEIGHT_NORM = {"weight_g": "parametrizations.weight.original0", "weight_v": "parametrizations.weight.original1"}


def shapes_of(net: nn.Module, prefix: str = "") -> dict[str, tuple[int, ...]]:
    return {prefix + name: tensor.shape for name, tensor in net.state_dict().items()}


def check_tensors(
    tensors: Mapping[str, Tensor], expected: Shapes, checkpoint: Checkpoint, integers: Collection[str] = ()
) -> None:
    """Raises InputError unless ``tensors`` are those expected, each in its shape, of floating-point numbers.

    ``integers`` are the names of tensors that may hold whole numbers.
    """
    if missing := sorted(expected.keys() - tensors.keys()):
        raise checkpoint.error(f"lacks {_listed(missing)}")
    if unexpected := sorted(tensors.keys() - expected.keys()):
        raise checkpoint.error(f"holds {_listed(unexpected)}, which a file of this kind does not have")
    for name, shape in expected.items():
        tensor = tensors[name]
        if tuple(tensor.shape) != tuple(shape):
            raise checkpoint.error(f"has {name!r} of shape {list(tensor.shape)} where {list(shape)} is needed")
        if not tensor.is_floating_point() and name not in integers:
            kind = str(tensor.dtype).removeprefix("torch.")
            raise checkpoint.error(f"has {name!r} as {kind} where floating-point numbers are needed")


def fill(net: nn.Module, tensors: Mapping[str, Tensor], prefix: str = "") -> None:
    """Let a network on the meta device take the tensors whose names follow ``prefix``, in their own precision."""
    net.load_state_dict({name: tensors[prefix + name] for name in net.state_dict()}, assign=True)
    net.eval().requires_grad_(False)


def modern_weight_norm(name: str) -> str:
    """A name in PyTorch's older spelling of weight normalisation (``weight_g``, ``weight_v``) in today's."""
    stem, _, last = name.rpartition(".")
    return f"{stem}.{WEIGHT_NORM[last]}" if last in WEIGHT_NORM else name


def _listed(names: Collection[str]) -> str:
    first, *others = names
    return quoted(first) + (f" and {len(others)} more tensors" if others else "")
