"""Writes models.json beside this file: python3 tests/goldens/pytorch/models.py

Needs PyTorch 2.15. The tests read the committed file and never run this script.

{name: {bytes, ids, shape, logits}}: a state dict as torch.save writes it in base64, ids [T, B] and the logits of the model
that has it: a word-language-model with the names of PyTorch's tutorial, one with tied weights, an AWD-LSTM with weight
drop (Merity et al. 2018), whose raw weights stand under names of their own, and a classifier that reads the last states
of two directions.
"""

import base64
import io
import json
import pathlib

import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
V, E, H = 12, 6, 5


class RNNModel(nn.Module):
    def __init__(self, embed, hidden, tied):
        super().__init__()
        self.encoder = nn.Embedding(V, embed)
        self.rnn = nn.LSTM(embed, hidden, 2)
        self.decoder = nn.Linear(hidden, V)
        if tied:
            self.decoder.weight = self.encoder.weight

    def forward(self, ids):
        return self.decoder(self.rnn(self.encoder(ids))[0])


class WeightDrop(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module
        raw = module.weight_hh_l0
        del module._parameters["weight_hh_l0"]
        module.register_parameter("weight_hh_l0_raw", nn.Parameter(raw.data))
        module.weight_hh_l0 = nn.Parameter(raw.data.clone())

    def forward(self, x):
        with torch.no_grad():
            self.module.weight_hh_l0.copy_(self.module.weight_hh_l0_raw)
        return self.module(x)[0]


class AWD(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Embedding(V, E)
        self.rnns = nn.ModuleList(WeightDrop(nn.LSTM(a, b)) for a, b in [(E, 7), (7, 5), (5, E)])
        self.decoder = nn.Linear(E, V)
        self.decoder.weight = self.encoder.weight

    def forward(self, ids):
        x = self.encoder(ids)
        for rnn in self.rnns:
            x = rnn(x)
        return self.decoder(x)


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(V, E)
        self.gru = nn.GRU(E, H, bidirectional=True)
        self.fc = nn.Linear(2 * H, 3)

    def forward(self, ids):
        _, h = self.gru(self.embed(ids))
        return self.fc(torch.cat([h[0], h[1]], 1))


def golden(model, change=lambda state: state):
    ids = torch.randint(V, (7, 3))
    with torch.no_grad():
        logits = model.eval()(ids)
        for rnn in getattr(model, "rnns", []):
            rnn.module.weight_hh_l0.zero_()  # as a mask of the last batch would have left it
    stream = io.BytesIO()
    torch.save(change(model.state_dict()), stream)
    return {
        "bytes": base64.b64encode(stream.getvalue()).decode(),
        "ids": ids.flatten().tolist(),
        "shape": list(logits.shape),
        "logits": [float(f"{value:.9g}") for value in logits.flatten().tolist()],
    }


def main():
    torch.manual_seed(1)
    goldens = {
        "word_language_model": golden(RNNModel(E, H, False)),
        "tied_word_language_model": golden(
            RNNModel(H, H, True), lambda state: {f"module.{name}": t for name, t in state.items()}),
        "awd_lstm": golden(AWD()),
        "classifier": golden(Classifier()),
    }
    lines = ",\n".join(f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in goldens.items())
    (HERE / "models.json").write_text(f"{{\n{lines}\n}}\n")


main()
