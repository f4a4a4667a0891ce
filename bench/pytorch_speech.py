"""The PyTorch twin of a speech recognizer: bidirectional LSTM layers, a linear layer and ctc_loss.

Usage: python3 bench/pytorch_speech.py '{"folder": "...", "threads": 2, "precision": "float32"}'

The folder contains a model's config.json and model.safetensors, `inputs.bin` with the padded inputs [T, B, I] as
float32, and a batch.json with their `shape`, the `lengths` [B] and the `labels` of each utterance. Prints one JSON
object: the loss of the batch without dropout in nats per symbol, and the median milliseconds of a training step with
dropout, which consists of the forward and backward pass, clipping and AdamW.
"""

import json
import sys

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from peers.pytorch_measure import compiled_if, compute_in, optimizer_options, steady, version
from pytorch_translation import read_safetensors

PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Recognizer(nn.Module):
    """All layers are one nn.LSTM on a packed sequence, PyTorch's fastest form of them."""

    def __init__(self, config):
        super().__init__()
        hidden, layers = config["hidden"], config["layers"]
        self.lstm = nn.LSTM(config["input"], hidden, layers, bidirectional=True, dropout=config["dropout"])
        self.dropout = config["dropout"]
        self.output = nn.Linear(2 * hidden, config["vocabSize"] + 1)

    def forward(self, inputs, lengths):
        states, _ = self.lstm(pack_padded_sequence(inputs, lengths, enforce_sorted=False))
        return self.output(F.dropout(pad_packed_sequence(states)[0], self.dropout, self.training))


def load(folder):
    with open(f"{folder}/config.json", encoding="utf-8") as file:
        config = json.load(file)
    model = Recognizer(config)
    stored = read_safetensors(f"{folder}/model.safetensors")
    weights = {name: stored[name] for name in ("output.weight", "output.bias")}
    for layer in range(config["layers"]):
        for end in ("", "_reverse"):
            for name in PARAMETERS:
                weights[f"lstm.{name}_l{layer}{end}"] = stored[f"layers.{layer}.{name}_l0{end}"]
    model.load_state_dict(weights)
    return model


def read_batch(folder):
    with open(f"{folder}/batch.json", encoding="utf-8") as file:
        batch = json.load(file)
    with open(f"{folder}/inputs.bin", "rb") as file:
        inputs = torch.frombuffer(bytearray(file.read()), dtype=torch.float32).reshape(batch["shape"])
    labels = [torch.tensor(own) for own in batch["labels"]]
    return inputs, torch.tensor(batch["lengths"]), torch.cat(labels), torch.tensor([len(own) for own in labels])


def measure(work):
    model = load(work["folder"])
    inputs, lengths, labels, counts = read_batch(work["folder"])

    def loss_of(inputs):
        log_probabilities = F.log_softmax(model(inputs, lengths).float(), 2)
        losses = F.ctc_loss(log_probabilities, labels, lengths, counts, reduction="sum", zero_infinity=True)
        return losses / counts.sum()

    with torch.inference_mode():
        model.eval()
        loss = loss_of(inputs).item()
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.01, **optimizer_options(work))
    forward = compiled_if(work, loss_of)

    def step():
        optimizer.zero_grad()
        with compute_in(work):
            loss = forward(inputs)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()

    return {"milliseconds": steady(step) / 1e3, "loss": loss}


def main():
    work = json.loads(sys.argv[1])
    torch.set_num_threads(work["threads"])
    print(json.dumps({"version": version()} if work.get("kind") == "version" else measure(work)))


if __name__ == "__main__":
    main()
