"""Writes onnx.json: networks that PyTorch exports, and nodes with each option, with inputs and outputs.

Needs PyTorch, onnx and onnxruntime. Run in this folder: python onnx_graphs.py
"""

import base64
import gzip
import io
import json

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

T, B, V, I, H = 5, 3, 7, 2, 3


class LanguageModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(V, 4)
        self.rnn = nn.LSTM(4, H, num_layers=2)
        self.linear = nn.Linear(H, V)

    def forward(self, ids):
        return self.linear(self.rnn(self.embedding(ids))[0])


class Continued(LanguageModel):
    """Takes and returns the states."""

    def forward(self, ids, h, c):
        output, (h, c) = self.rnn(self.embedding(ids), (h, c))
        return self.linear(output), h, c


class Classifier(nn.Module):
    """Reads the last state, with the batch first."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(I, H, batch_first=True)
        self.linear = nn.Linear(H, 2, bias=False)

    def forward(self, x):
        return torch.log_softmax(self.linear(self.rnn(x)[1][0]), -1)


class Stacked(Classifier):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(I, H, num_layers=2)

    def forward(self, x):
        return self.linear(self.rnn(x)[1][-1])


class LastStep(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(I, H, nonlinearity="relu", batch_first=True)
        self.linear = nn.Linear(H, 2)

    def forward(self, x):
        return torch.sigmoid(self.linear(self.rnn(x)[0][:, -1]))


class Bidirectional(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.LSTM(I, H, bidirectional=True)
        self.second = nn.GRU(2 * H, H, bidirectional=True)

    def forward(self, x):
        return self.second(self.first(x)[0])[0]


class LastOfBoth(nn.Module):
    """Reads the last states of both directions of the last layer."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(I, H, num_layers=2, bidirectional=True)
        self.linear = nn.Linear(2 * H, 2)

    def forward(self, x):
        h = self.rnn(x)[1][0]
        return self.linear(torch.cat((h[-2], h[-1]), 1))


class Rows(LanguageModel):
    """Returns a row for each step of each sequence."""

    def forward(self, ids):
        return torch.log_softmax(super().forward(ids).view(-1, V), 1)


def packed(data):
    return base64.b64encode(gzip.compress(data, mtime=0)).decode()


def example(model, x, y, time_first):
    return {
        "model": packed(model),
        "timeFirst": time_first,
        "input": {"shape": list(x.shape), "data": x.flatten().tolist()},
        "output": {"shape": list(y.shape), "data": [float(f"{value:.7g}") for value in y.flatten()]},
    }


def exported(module, x, time_first, dynamo=False, states=()):
    torch.manual_seed(1)
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.5)
    file = io.BytesIO()
    module.eval()
    if dynamo:
        torch.onnx.export(module, (x,), dynamo=True, verbose=False).save(file)
    else:
        torch.onnx.export(module, (x, *states), file, dynamo=False, opset_version=17)
    y = module(x, *states)
    y = y[0] if states else y
    return example(file.getvalue(), x.numpy(), y.detach().numpy(), time_first)


def node(operator, random, direction="forward", lengths=None, initial=False, bias=True, dtype="raw", **attributes):
    gates = {"RNN": 1, "GRU": 3, "LSTM": 4}[operator]
    directions = 2 if direction == "bidirectional" else 1

    def draw(name, *shape):
        values = random.normal(0, 0.5, shape).astype(np.float32)
        if dtype == "float_data":
            return helper.make_tensor(name, TensorProto.FLOAT, shape, values.flatten())
        return numpy_helper.from_array(values, name)

    constants = [draw("W", directions, gates * H, I), draw("R", directions, gates * H, H)]
    names = ["X", "W", "R", "", "", ""]
    if bias:
        constants.append(draw("B", directions, 2 * gates * H))
        names[3] = "B"
    if lengths:
        constants.append(numpy_helper.from_array(np.array(lengths, np.int32), "sequence_lens"))
        names[4] = "sequence_lens"
    if initial:
        constants.append(draw("initial_h", directions, B, H))
        names[5] = "initial_h"
        if operator == "LSTM":
            constants.append(draw("initial_c", directions, B, H))
            names.append("initial_c")
    call = helper.make_node(operator, names, ["Y"], direction=direction, hidden_size=H, **attributes)
    graph = helper.make_graph(
        [call],
        "recurrent",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [T, B, I])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [T, directions, B, H])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    x = random.normal(0, 1, (T, B, I)).round(3).astype(np.float32)
    (y,) = onnxruntime.InferenceSession(data).run(None, {"X": x})
    return example(data, x, y.transpose(0, 2, 1, 3).reshape(T, B, directions * H), True)


def main():
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    ids, numbers = torch.randint(0, V, (T, B)), torch.randn(T, B, I)
    cases = {
        "pytorch_language_model": exported(LanguageModel(), ids, True),
        "pytorch_states": exported(Continued(), ids, True, states=(torch.zeros(2, B, H), torch.zeros(2, B, H))),
        "pytorch_classifier": exported(Classifier(), numbers.transpose(0, 1).contiguous(), False),
        "pytorch_stacked": exported(Stacked(), numbers, True),
        "pytorch_last_step": exported(LastStep(), numbers.transpose(0, 1).contiguous(), False),
        "pytorch_bidirectional": exported(Bidirectional(), numbers, True),
        "rnn": node("RNN", random),
        "rnn_relu": node("RNN", random, "bidirectional", activations=["Relu", "Relu"]),
        "rnn_reverse": node("RNN", random, "reverse", lengths=[5, 2, 4]),
        "gru": node("GRU", random, bias=False),
        "gru_reset_after": node("GRU", random, "bidirectional", linear_before_reset=1, initial=True),
        "gru_reverse": node("GRU", random, "reverse", initial=True, lengths=[1, 5, 3], dtype="float_data"),
        "lstm": node("LSTM", random, "bidirectional", initial=True, lengths=[4, 5, 2]),
        "lstm_reverse": node("LSTM", random, "reverse", activations=["Sigmoid", "Tanh", "Tanh"]),
    }
    cases["pytorch_last_of_both"] = exported(LastOfBoth(), numbers, True)
    cases["pytorch_rows"] = exported(Rows(), ids, True)
    try:
        cases["pytorch_dynamo"] = exported(LanguageModel(), ids, True, dynamo=True)
    except Exception as error:
        print("without torch.export:", error)
    with open("onnx.json", "w") as file:
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in cases.items())
        versions = f'"pytorch": "{torch.__version__}", "onnx": "{onnx.__version__}"'
        file.write(f'{{{versions}, "cases": {{\n{lines}\n}}}}\n')


main()
