"""Writes files_1_13.json or files_2.json beside this file: python3 tests/goldens/pytorch/files.py

Needs PyTorch 1.13.1 or 2.15; the version that runs the script names the file. The tests read the committed files and
never run this script.

files: {name: {bytes, tensors}}, a file of torch.save in base64 and the tensors that it holds, by name: {shape, kind,
       data}, where data is base64 of little-endian elements in row-major order. float16 and bfloat16 are given as
       float32, bool as uint8. Files that are refused have no tensors.
"""

import argparse
import base64
import collections
import io
import json
import pathlib
import random

import torch

HERE = pathlib.Path(__file__).parent
DTYPES = ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "bool"]
NEW_DTYPES = ["uint16", "uint32", "uint64"]
WIDENED = {torch.float16: torch.float32, torch.bfloat16: torch.float32, torch.bool: torch.uint8}


def encode(data):
    return base64.b64encode(data).decode()


def golden(tensor):
    tensor = tensor.detach()
    array = tensor.to(WIDENED.get(tensor.dtype, tensor.dtype)).contiguous().numpy()
    return {"shape": list(tensor.shape), "kind": str(array.dtype), "data": encode(array.tobytes())}


def saved(value, tensors=None, **options):
    stream = io.BytesIO()
    torch.save(value, stream, **options)
    result = {"bytes": encode(stream.getvalue())}
    return result if tensors is None else {**result, "tensors": {name: golden(t) for name, t in tensors.items()}}


def dtypes():
    names = DTYPES + [name for name in NEW_DTYPES if hasattr(torch, name)]
    numbers = (torch.randn(2, 3) * 20).to(torch.int32).abs()
    return {name: numbers.to(getattr(torch, name)) for name in names}


def views():
    base = torch.arange(24.0).reshape(4, 6)
    return {
        "base": base,
        "tied": base,
        "transposed": base.t(),
        "strided": base[1:3, ::2],
        "offset": base[2],
        "expanded": torch.ones(1).expand(3, 2),
        "half": base.half().t()[:2],
        "parameter": torch.nn.Parameter(torch.randn(3)),
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 3),
    }


def random_module(chance):
    kind = chance.choice([torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN])
    sizes = [chance.randint(1, 4) for _ in range(3)]
    layers = chance.randint(1, 2)
    return torch.nn.ModuleDict({
        "embedding": torch.nn.Embedding(chance.randint(1, 5), sizes[0]),
        "rnn": kind(sizes[0], sizes[1], layers, bias=chance.random() < 0.8, bidirectional=chance.random() < 0.3),
        "norm": torch.nn.LayerNorm(sizes[1]),
        "head": torch.nn.Linear(sizes[1], sizes[2], bias=chance.random() < 0.8),
    })


def main():
    torch.manual_seed(1)
    chance = random.Random(1)
    lstm = torch.nn.LSTM(2, 2)
    state = lstm.state_dict()
    adam = torch.optim.Adam(lstm.parameters())
    lstm(torch.zeros(1, 1, 2))[0].sum().backward()
    adam.step()
    scripted = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 1)), scripted)
    files = {}
    for name, tensors in [("dtypes", dtypes()), ("views", views())]:
        files[name] = saved(tensors, tensors)
    files["checkpoint"] = saved(
        {"model_state_dict": state, "optimizer_state_dict": adam.state_dict(), "epoch": 3}, state)
    files["protocol_5"] = saved(state, state, pickle_protocol=5)
    files["nested"] = saved({"encoder": state, "list": [torch.ones(2)]},
                            {**{f"encoder.{name}": t for name, t in state.items()}, "list.0": torch.ones(2)})
    wrapped = {f"module._orig_mod.{name}": t for name, t in state.items()}
    files["wrapped"] = saved(wrapped, wrapped)
    for i in range(6):
        state = random_module(chance).state_dict()
        files[f"random_{i}"] = saved(state, state)
    files["legacy"] = saved(state, _use_new_zipfile_serialization=False)
    files["module"] = saved(torch.nn.GRU(1, 1))
    files["module_in_checkpoint"] = saved({"net": torch.nn.Linear(1, 1), "epoch": 1})
    files["foreign"] = saved({"model": state, "args": argparse.Namespace(lr=0.1)})
    files["complex"] = saved({"spectrum": torch.zeros(2, dtype=torch.complex64)})
    counts = collections.defaultdict(list, {"losses": [0.5]})
    files["containers"] = saved(
        {"state_dict": state, "shape": torch.Size([1, 2]), "history": counts, "words": collections.Counter("aab"),
         "device": torch.device("cpu"), "dtype": torch.float32}, state)
    files["torch_script"] = {"bytes": encode(scripted.getvalue())}
    name = "files_1_13.json" if torch.__version__.startswith("1.") else "files_2.json"
    lines = ",\n".join(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in files.items())
    (HERE / name).write_text(f'{{"pytorch":"{torch.__version__.split("+")[0]}","files":{{\n{lines}\n}}}}\n')


main()
