"""The two small container readers, on messages that are spelt out byte by byte."""

from __future__ import annotations

import struct

import numpy as np
from narrating_face.research.training.protobuf_reader import read_canonical_face, read_fields
from narrating_face.research.training.tflite_reader import Table


def field(number: int, value: bytes | float | int) -> bytes:
    if isinstance(value, bytes):
        return bytes([number << 3 | 2, len(value)]) + value
    if isinstance(value, float):
        return bytes([number << 3 | 5]) + struct.pack("<f", value)
    return bytes([number << 3, *([value & 0x7F | 0x80, value >> 7] if value > 127 else [value])])


def test_fields_by_number_and_kind():
    fields = read_fields(field(1, 300) + field(2, b"ab") + field(1, 5))
    assert fields == {1: [300, 5], 2: [b"ab"]}


def test_the_average_face_of_a_message():
    vertices = b"".join(field(3, float(value)) for value in (1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 7, 8, 9, 0, 0))
    mesh = vertices + b"".join(field(4, index) for index in (0, 1, 2))
    found, triangles, weights = read_canonical_face(field(1, mesh) + field(2, field(1, 2) + field(2, 0.25)))
    assert np.array_equal(found, [[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert triangles.tolist() == [[0, 1, 2]]
    assert weights.tolist() == [0, 0, 0.25]


def test_a_table_with_a_number_a_vector_and_an_absent_field():
    vtable = struct.pack("<5H", 10, 12, 4, 0, 8)  # fields: 0 at 4, 1 absent, 2 at 8
    padding = bytes(2)
    table = struct.pack("<iiI", 12, -7, 4)  # back to the vtable; field 0; field 2: vector starts 4 bytes on
    vector = struct.pack("<I3i", 3, 10, 20, 30)
    read = Table(vtable + padding + table + vector, 12)
    assert read.scalar(0, "i") == -7
    assert read.scalar(1, "i") == 0 and read.scalar(9, "i") == 0
    assert read.array(2, "<i4").tolist() == [10, 20, 30]
    assert read.array(1, "<i4").tolist() == []
