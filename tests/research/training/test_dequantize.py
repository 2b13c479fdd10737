"""A graph that ONNX Runtime quantized comes back as float operators with the same results."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is a training tool")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is a training tool")


@pytest.fixture
def quantized(tmp_path):
    """Conv with bias -> transpose -> MatMul, and the same after dynamic quantisation to int8."""
    from onnx import TensorProto, helper, numpy_helper  # pyright: ignore[reportMissingImports]
    from onnxruntime.quantization import quantize_dynamic  # pyright: ignore[reportMissingImports]

    random = np.random.default_rng(0)
    shapes = {"kernel": (8, 4, 3), "bias": (8,), "matrix": (8, 6)}
    constants = [numpy_helper.from_array(random.normal(size=s).astype(np.float32), n) for n, s in shapes.items()]
    nodes = [
        helper.make_node("Conv", ["sound", "kernel", "bias"], ["hidden"], "conv", pads=[1, 1]),
        helper.make_node("Transpose", ["hidden"], ["turned"], "turn", perm=[0, 2, 1]),
        helper.make_node("MatMul", ["turned", "matrix"], ["out"], "product"),
    ]
    inputs = [helper.make_tensor_value_info("sound", TensorProto.FLOAT, [1, 4, 20])]
    outputs = [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 20, 6])]
    graph = helper.make_graph(nodes, "small", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "float.onnx")
    quantize_dynamic(tmp_path / "float.onnx", tmp_path / "int8.onnx", op_types_to_quantize=["Conv", "MatMul"])
    return model, onnx.load(tmp_path / "int8.onnx")


def run(model, outputs=None) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    sound = np.random.default_rng(1).normal(size=(1, 4, 20)).astype(np.float32)
    return session.run(outputs, {"sound": sound})


def test_results_come_back(quantized) -> None:
    from narrating_face.research.training.dequantize import dequantize

    original, model = quantized
    expected, inner = run(original)[0], "hidden"
    restored = dequantize(model, (inner,))
    kinds = {node.op_type for node in restored.graph.node}
    assert {"Conv", "MatMul"} < kinds
    assert not kinds & {"ConvInteger", "MatMulInteger", "DynamicQuantizeLinear", "Cast"}
    out, hidden = run(restored, ["out", inner])
    assert np.abs(out - expected).max() < 0.02 * np.abs(expected).max()
    assert hidden.shape == (1, 8, 20)
