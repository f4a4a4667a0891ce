"""Checks ONNX files with ONNX's own checker: python check_models.py FOLDER."""

import pathlib
import sys

import onnx

paths = sorted(pathlib.Path(sys.argv[1]).glob("*.onnx"))
for path in paths:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert [(one.domain, one.version) for one in model.opset_import] == [("", 17)], path
    graphs = [model.graph]
    for graph in graphs:
        for node in graph.node:
            assert node.domain == "", f"{path}: {node.op_type} is not a standard operator"
            graphs.extend(attribute.g for attribute in node.attribute if attribute.HasField("g"))
print(f"{len(paths)} files are valid")
