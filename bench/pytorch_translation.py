"""The PyTorch twin of a translator, with the same parameter names. Times its training steps.

Usage: python3 bench/pytorch_translation.py '{"folder": "...", "threads": 2, "precision": "float32"}'

The folder contains a model's config.json and model.safetensors, and a batch.json with `source` and `input`, each with
time-major `ids` [T * B] and `lengths` [B], and `steps` (t * B + b) with the `expected` symbol at each step. Prints one
JSON object: the loss of the batch without dropout, and the median milliseconds of a training step with dropout, which
consists of the forward and backward pass, clipping and Adam.
"""

import json
import struct
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from peers.pytorch_measure import compiled_if, compute_in, optimizer_options, steady, version

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}

LABEL_SMOOTHING = 0.1


class Translator(nn.Module):
    """Encoder and decoder with dot, general (Luong et al. 2015), additive (Bahdanau et al. 2015) or no attention."""

    def __init__(self, config):
        super().__init__()
        self.config = config
        embed, hidden, width = config["embed"], config["hidden"], 2 * config["encoderHidden"]
        layers, attention, cell = config["layers"], config["attention"], CELLS[config["cell"]]
        self.source = nn.Embedding(config["sourceVocabSize"], embed)
        self.target = self.source if config["shared"] else nn.Embedding(config["targetVocabSize"], embed)
        self.encoder = cell(embed, config["encoderHidden"], layers, bidirectional=True)
        self.bridge = nn.ModuleList(nn.Linear(width, hidden) for _ in range(layers))
        if config["cell"] == "lstm":
            self.cellBridge = nn.ModuleList(nn.Linear(width, hidden) for _ in range(layers))
        self.decoder = cell(embed * 2 if config["inputFeeding"] else embed, hidden, layers)
        self.attention = nn.Module()
        if attention in ("general", "additive"):
            self.attention.keys = nn.Linear(width, hidden, bias=attention == "additive")
        if attention == "additive":
            self.attention.queries = nn.Linear(hidden, hidden, bias=False)
            self.attention.score = nn.Parameter(torch.randn(1, hidden) / hidden**0.5)
        self.readout = nn.Linear(hidden + (0 if attention == "none" else width), embed)
        self.output = nn.Linear(embed, config["targetVocabSize"])
        if config["tied"]:
            self.output.weight = self.target.weight

    def forward(self, source, lengths, target, steps):
        """Returns logits [N, V] at the N steps, for source [S, B] and target [T, B]."""
        memory, state = self.encode(source, lengths)
        beyond = torch.arange(len(source))[None] >= lengths[:, None]
        embedded = locked_dropout(self.target(target), self.config["inputDropout"], self.training)
        readout = self.decode(embedded, state, memory, beyond).flatten(0, 1)[steps]
        return self.output(F.dropout(readout, self.config["dropout"], self.training))

    def encode(self, source, lengths):
        embedded = locked_dropout(self.source(source), self.config["inputDropout"], self.training)
        output, last = self.encoder(pack_padded_sequence(embedded, lengths, enforce_sorted=False))
        return pad_packed_sequence(output)[0], self.begin(last)

    def begin(self, last):
        """Returns the decoder's initial states: tanh of a linear layer for hidden states, a linear layer for cells."""
        if self.config["cell"] != "lstm":
            return torch.tanh(self.bridges(self.bridge, last))
        return torch.tanh(self.bridges(self.bridge, last[0])), self.bridges(self.cellBridge, last[1])

    def bridges(self, layers, states):
        both = states.unflatten(0, (len(layers), 2)).transpose(1, 2).flatten(2)
        return torch.stack([layer(x) for layer, x in zip(layers, both)])

    def decode(self, embedded, state, memory, beyond):
        if not self.config["inputFeeding"]:
            return self.read(self.decoder(embedded, state)[0], memory, beyond)
        readout, readouts = torch.zeros_like(embedded[:1]), []
        for x in embedded.split(1):
            output, state = self.decoder(torch.cat([x, readout], 2), state)
            readout = self.read(output, memory, beyond)
            readouts.append(readout)
        return torch.cat(readouts)

    def read(self, states, memory, beyond):
        if self.config["attention"] == "none":
            return torch.tanh(self.readout(states))
        weights = torch.softmax(self.scores(states, memory).masked_fill(beyond[:, None], -torch.inf), 2)
        context = torch.bmm(weights, memory.transpose(0, 1)).transpose(0, 1)
        return torch.tanh(self.readout(torch.cat([states, context], 2)))

    def scores(self, states, memory):
        """Returns scores [B, T, S] for states [T, B, H] and memory [S, B, M]."""
        if self.config["attention"] == "additive":
            queries, keys = self.attention.queries(states), self.attention.keys(memory)
            sums = queries.transpose(0, 1)[:, :, None] + keys.transpose(0, 1)[:, None]
            return F.linear(torch.tanh(sums), self.attention.score)[..., 0]
        keys = self.attention.keys(memory) if self.config["attention"] == "general" else memory
        return torch.bmm(states.transpose(0, 1), keys.permute(1, 2, 0))


def locked_dropout(x, rate, training):
    """Applies dropout with one mask for all time steps."""
    return x * F.dropout(torch.ones_like(x[:1]), rate, training) if training and rate > 0 else x


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        body = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        tensors[name] = torch.frombuffer(body, dtype=torch.float32, offset=start, count=(end - start) // 4)
        tensors[name] = tensors[name].reshape(entry["shape"])
    return tensors


def load(folder):
    with open(f"{folder}/config.json", encoding="utf-8") as file:
        model = Translator(json.load(file))
    missing, unexpected = model.load_state_dict(read_safetensors(f"{folder}/model.safetensors"), strict=False)
    # Shared weights are stored once.
    if unexpected or not set(missing) <= {"target.weight", "output.weight"}:
        raise SystemExit(f"load: expected the weights of the twin, found {unexpected} in place of {missing}")
    return model


def read_batch(folder):
    with open(f"{folder}/batch.json", encoding="utf-8") as file:
        batch = json.load(file)
    grid = lambda part: torch.tensor(part["ids"]).reshape(-1, len(part["lengths"]))
    inputs = grid(batch["source"]), torch.tensor(batch["source"]["lengths"]), grid(batch["input"])
    return (*inputs, torch.tensor(batch["steps"])), torch.tensor(batch["expected"])


def measure(work):
    model = load(work["folder"])
    inputs, expected = read_batch(work["folder"])
    with torch.inference_mode():
        loss = F.cross_entropy(model.eval()(*inputs), expected).item()
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002, **optimizer_options(work))
    forward = compiled_if(
        work, lambda *inputs: F.cross_entropy(model(*inputs), expected, label_smoothing=LABEL_SMOOTHING)
    )

    def step():
        optimizer.zero_grad()
        with compute_in(work):
            loss = forward(*inputs)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return {"milliseconds": steady(step) / 1e3, "loss": loss}


def main():
    work = json.loads(sys.argv[1])
    torch.set_num_threads(work["threads"])
    print(json.dumps({"version": version()} if work.get("kind") == "version" else measure(work)))


if __name__ == "__main__":
    main()
