"""The part of pytorch_test.ts that runs in Python; it needs PyTorch 1.13 or later.

models FOLDER: compares what exported models compute with what Elman did
write FOLDER N: writes the state dicts of N random modules
compare FOLDER: compares those with what Elman made of them, bit for bit
"""

import importlib.util
import json
import pathlib
import random
import sys
import warnings

import torch
from torch import nn

TOLERANCE = 1e-5
NEW = not torch.__version__.startswith("1.")

warnings.simplefilter("ignore")


def tensor(values):
    kind = torch.long if values.get("isInteger") else torch.float32
    return torch.tensor(values["values"], dtype=kind).reshape(values["shape"])


def models(folder):
    worst, faults, count = 0.0, 0, 0
    for path in sorted(pathlib.Path(folder).iterdir(), key=lambda path: int(path.name)):
        case = json.loads((path / "pass.json").read_text())
        count += 1
        try:
            spec = importlib.util.spec_from_file_location(f"model_{path.name}", path / "model.py")
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            with torch.no_grad():
                output = module.load()(*[tensor(values) for values in case["inputs"]])
            output = output[0] if isinstance(output, tuple) else output
            expected = tensor(case["output"])
            inside = masked(case, output)
            difference = ((output - expected).abs() * inside).max().item()
            worst = max(worst, difference)
            if output.shape != expected.shape or not difference <= TOLERANCE:
                raise ValueError(f"{tuple(output.shape)} and {tuple(expected.shape)}, difference {difference}")
        except Exception as error:
            faults += 1
            print(f"{case['name']}: {type(error).__name__}: {error}")
    print(f"{count} models, PyTorch {torch.__version__}: {faults} differ, largest difference {worst:.1e}")
    return faults == 0


def masked(case, output):
    """Outputs of a recognizer beyond a sound's length mean nothing."""
    if not case["name"].startswith("speech"):
        return torch.ones_like(output)
    lengths = tensor(case["inputs"][1])
    return (torch.arange(len(output))[:, None] < lengths)[..., None].float()


def random_module(chance):
    kind = chance.choice([nn.LSTM, nn.GRU, nn.RNN, nn.Linear, nn.Embedding, nn.Conv1d, nn.LayerNorm, nn.Sequential])
    a, b = chance.randint(1, 9), chance.randint(1, 9)
    if kind in (nn.LSTM, nn.GRU, nn.RNN):
        return kind(a, b, chance.randint(1, 3), bias=chance.random() < 0.8, bidirectional=chance.random() < 0.4)
    if kind is nn.Sequential:
        return nn.Sequential(*[random_module(chance) for _ in range(chance.randint(1, 3))])
    if kind is nn.Conv1d:
        return nn.Conv1d(a, b, chance.randint(1, 4))
    return nn.LayerNorm(a) if kind is nn.LayerNorm else kind(a, b)


def write(folder, count):
    chance = random.Random(1)
    for i in range(int(count)):
        torch.manual_seed(i)
        module = random_module(chance)
        if chance.random() < 0.2:
            module = module.double()
        state = module.state_dict()
        if chance.random() < 0.2:
            state = {name: t.t() if t.dim() == 2 else t for name, t in state.items()}
        if chance.random() < 0.2:
            state = {"epoch": i, "state_dict": state}
        options = {"pickle_protocol": chance.randint(2, 5)} if chance.random() < 0.3 else {}
        torch.save(state, f"{folder}/{i}.pt", **options)
    return True


def compare(folder):
    faults, count = 0, 0
    for path in pathlib.Path(folder).glob("*.pt"):
        count += 1
        ours = torch.load(path.with_suffix(".back"), weights_only=True)
        state = torch.load(path, weights_only=False) if NEW else torch.load(path)
        state = state.get("state_dict", state)
        equal = list(ours) == list(state) and all(
            ours[name].dtype == t.dtype and ours[name].shape == t.shape and
            ours[name].contiguous().numpy().tobytes() == t.contiguous().numpy().tobytes() for name, t in state.items())
        if not equal:
            faults += 1
            print(f"{path.name} differs")
    print(f"{count} state dicts, PyTorch {torch.__version__}: {faults} differ")
    return faults == 0


sys.exit(0 if {"models": models, "write": write, "compare": compare}[sys.argv[1]](*sys.argv[2:]) else 1)
