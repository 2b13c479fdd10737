"""An int8 ONNX graph -> the same graph in float32, which runs faster than int8 on a CPU without int8 units.

It undoes the dynamic quantisation of MatMul, Conv (with its bias) and LSTM by ONNX Runtime. Weights keep their
rounding; activations are not rounded at all.
"""

from __future__ import annotations

import numpy as np
from onnx import GraphProto, ModelProto, NodeProto, helper, numpy_helper  # pyright: ignore[reportMissingImports]

FLOAT_OPERATOR = {"MatMulInteger": "MatMul", "ConvInteger": "Conv"}


def dequantize(model: ModelProto, outputs: tuple[str, ...]) -> ModelProto:
    """Replaces the quantised operators in place, adds ``outputs`` to the graph's outputs and drops what is unused."""
    graph = model.graph
    _Dequantizer(graph).run()
    known = {output.name for output in graph.output}
    graph.output.extend(helper.ValueInfoProto(name=name) for name in outputs if name not in known)
    _prune(graph)
    return model


class _Dequantizer:
    """Replaces nodes, found by the names of their inputs and outputs."""

    def __init__(self, graph: GraphProto) -> None:
        self.graph = graph
        self.constants = {constant.name: constant for constant in graph.initializer}
        self.producer = {name: node for node in graph.node for name in node.output}
        self.stored: set[str] = set()
        self.readers: dict[str, list[NodeProto]] = {}
        for node in graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)

    def run(self) -> None:
        for node in list(self.graph.node):
            if node.op_type in FLOAT_OPERATOR:
                self._undo_product(node)
            elif node.op_type == "DynamicQuantizeLSTM":
                self._undo_lstm(node)

    def _undo_product(self, node: NodeProto) -> None:
        """``Integer -> (Add bias) -> Cast -> Mul(scales)`` becomes one float operator that writes the Mul's output."""
        inputs = [self.producer[node.input[0]].input[0], f"{node.input[1]}_float"]
        following = self.readers[node.output[0]][0]
        if following.op_type == "Add":
            inputs.append(self._source(next(name for name in following.input if name != node.output[0])))
            following = self.readers[following.output[0]][0]
        product = self.readers[following.output[0]][0]
        scales = next(name for name in product.input if name != following.output[0])
        self._store(inputs[1], self._weight(node.input[1], self._weight_scale(scales), node.input[3]))
        node.op_type = FLOAT_OPERATOR[node.op_type]
        del node.input[:]
        node.input.extend(inputs)
        node.output[0] = product.output[0]
        product.output[0] += "_unused"

    def _undo_lstm(self, node: NodeProto) -> None:
        """Weights [directions, in, 4 * hidden] go back to LSTM's own order [directions, 4 * hidden, in]."""
        for index, (scale, zero) in {1: (8, 9), 2: (10, 11)}.items():
            weight = self._weight(node.input[index], self._array(node.input[scale])[:, None, None], node.input[zero])
            name = f"{node.input[index]}_float"
            self._store(name, weight.transpose(0, 2, 1))
            node.input[index] = name
        del node.input[8:]
        node.op_type, node.domain = "LSTM", ""
        kept = [attribute for attribute in node.attribute if attribute.name != "input_forget"]
        del node.attribute[:]
        node.attribute.extend(kept)

    def _source(self, name: str) -> str:
        """The float constant that a chain of Reshape, Cast, Floor and Div started from."""
        while name not in self.constants:
            name = self.producer[name].input[0]
        return name

    def _weight_scale(self, scales: str) -> np.ndarray:
        """The constant factor of ``activation scale * weight scale``."""
        return self._array(next(name for name in self.producer[scales].input if name in self.constants))

    def _weight(self, name: str, scale: np.ndarray, zero: str) -> np.ndarray:
        zeros = self._array(zero).astype(np.float32)
        zeros = zeros[:, None, None] if zeros.ndim == 1 and scale.ndim == 3 else zeros
        return (self._array(name).astype(np.float32) - zeros) * scale

    def _array(self, name: str) -> np.ndarray:
        return numpy_helper.to_array(self.constants[name])

    def _store(self, name: str, values: np.ndarray) -> None:
        if name in self.stored:  # layers share weights
            return
        self.stored.add(name)
        self.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))


def _prune(graph: GraphProto) -> None:
    """Keep the nodes and constants that an output depends on."""
    wanted = {output.name for output in graph.output}
    kept: list[NodeProto] = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    constants = [constant for constant in graph.initializer if constant.name in wanted]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)
