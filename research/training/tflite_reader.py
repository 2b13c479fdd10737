"""The constants of a TensorFlow Lite graph, in the order in which its operators use them.

In: the bytes of a .tflite file (a FlatBuffer). Out: one Constant per weight, bias, slope or gain. It reads only what
the conversion of the face landmark graphs needs; the field numbers are those of TensorFlow Lite's schema.fbs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

FLOAT16 = 1
DEQUANTIZE = 6


@dataclass(frozen=True)
class Constant:
    """``values`` as stored (channels last); ``operator`` is the builtin code of the operator that reads it."""

    operator: int
    values: np.ndarray


class Table:
    """One FlatBuffer table: fields are found through its vtable; an absent field reads as empty."""

    def __init__(self, data: bytes, position: int) -> None:
        self.data = data
        self.position = position
        self.vtable = position - _integer(data, "i", position)

    def _field(self, number: int) -> int:
        """Position of a field, 0 when absent."""
        slot = 4 + 2 * number
        if slot >= _integer(self.data, "H", self.vtable):
            return 0
        offset = _integer(self.data, "H", self.vtable + slot)
        return self.position + offset if offset else 0

    def scalar(self, number: int, kind: str) -> int:
        field = self._field(number)
        return _integer(self.data, kind, field) if field else 0

    def _vector(self, number: int) -> tuple[int, int]:
        """Position and length of a vector's first element."""
        field = self._field(number)
        if not field:
            return 0, 0
        start = field + _integer(self.data, "I", field)
        return start + 4, _integer(self.data, "I", start)

    def array(self, number: int, dtype: str) -> np.ndarray:
        start, length = self._vector(number)
        return np.frombuffer(self.data, dtype, length, start)

    def tables(self, number: int) -> list[Table]:
        start, length = self._vector(number)
        places = [start + 4 * index for index in range(length)]
        return [Table(self.data, place + _integer(self.data, "I", place)) for place in places]


def _integer(data: bytes, kind: str, position: int) -> int:
    return struct.unpack_from("<" + kind, data, position)[0]


def read_constants(data: bytes) -> list[Constant]:
    """Every half-float constant with at least one axis, in operator order (again at every use)."""
    model = Table(data, _integer(data, "I", 0))
    codes = [max(code.scalar(0, "b"), code.scalar(3, "i")) for code in model.tables(1)]
    graph = model.tables(2)[0]
    tensors, buffers = graph.tables(0), model.tables(4)
    source: dict[int, int] = {}
    found = []
    for operator in graph.tables(3):
        code = codes[operator.scalar(0, "I")]
        inputs, outputs = operator.array(1, "<i4").tolist(), operator.array(2, "<i4").tolist()
        if code == DEQUANTIZE:
            source[outputs[0]] = inputs[0]
            continue
        stored = [source[index] for index in inputs if index in source]
        found.extend(Constant(code, values) for values in _values(stored, tensors, buffers))
    return found


def _values(indices: list[int], tensors: list[Table], buffers: list[Table]) -> Iterator[np.ndarray]:
    for index in indices:
        shape = tensors[index].array(0, "<i4")
        if len(shape) and tensors[index].scalar(1, "b") == FLOAT16:
            yield buffers[tensors[index].scalar(2, "I")].array(0, "u1").view("<f2").reshape(shape)
