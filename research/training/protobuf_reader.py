"""The canonical face of a Face Landmarker task file: a protocol-buffer message read field by field.

In: the bytes of ``geometry_pipeline_metadata_landmarks.binarypb``. Out: vertices [468, 3] in centimetres (x to the
viewer's right, y up, z towards the viewer), triangles [898, 3], and the weight of each vertex [468] when
a measured face is aligned. Field numbers are those of MediaPipe's geometry_pipeline_metadata.proto and mesh_3d.proto.
"""

from __future__ import annotations

import struct
from collections import defaultdict

import numpy as np

CANONICAL_MESH, ALIGNMENT_BASIS = 1, 2
VERTEX_BUFFER, INDEX_BUFFER = 3, 4
VALUES_PER_VERTEX = 5  # x, y, z, u, v
LANDMARK_ID, WEIGHT = 1, 2

Fields = dict[int, list[bytes | int]]


def read_canonical_face(data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    message = read_fields(data)
    mesh = read_fields(_bytes(message[CANONICAL_MESH][0]))
    values = np.array([_float(value) for value in mesh[VERTEX_BUFFER]], dtype=np.float32)
    vertices = values.reshape(-1, VALUES_PER_VERTEX)[:, :3]
    triangles = np.array(mesh[INDEX_BUFFER], dtype=np.int16).reshape(-1, 3)
    weights = np.zeros(len(vertices), dtype=np.float32)
    for entry in (read_fields(_bytes(entry)) for entry in message[ALIGNMENT_BASIS]):
        weights[int(entry[LANDMARK_ID][0])] = _float(entry[WEIGHT][0])
    return vertices, triangles, weights


def read_fields(data: bytes) -> Fields:
    """Every field of one message by number: integers as int, everything else as bytes."""
    fields: Fields = defaultdict(list)
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        value, position = _value(data, position, key & 7)
        fields[key >> 3].append(value)
    return fields


def _value(data: bytes, position: int, wire_type: int) -> tuple[bytes | int, int]:
    if wire_type == 0:
        return _varint(data, position)
    length, position = (4, position) if wire_type == 5 else _varint(data, position)
    return data[position : position + length], position + length


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position


def _float(value: bytes | int) -> float:
    return struct.unpack("<f", _bytes(value))[0]


def _bytes(value: bytes | int) -> bytes:
    assert isinstance(value, bytes)
    return value
