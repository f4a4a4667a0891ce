"""Trains PyTorch on one piece of work of bench:large-vocabulary: pytorch.py '{"vocabulary":200000,...,"threads":2}'

Prints the same figures as elman.ts. Both train the same model on the same ids: the embedding, and the output
layer if it is trained on samples, with an Adam that changes only the rows that a step uses, all else with Adam.
"""

import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from pytorch_measure import compute_in, optimizer_options, peak_bytes, version
from pytorch_sampler import Sampler


class ExactLoss(nn.Module):
    def __init__(self, width, vocabulary):
        super().__init__()
        self.linear = nn.Linear(width, vocabulary)

    def forward(self, rows, targets):
        return nn.functional.cross_entropy(self.linear(rows), targets)


class AdaptiveLoss(nn.Module):
    def __init__(self, width, vocabulary, cutoffs):
        super().__init__()
        self.softmax = nn.AdaptiveLogSoftmaxWithLoss(width, vocabulary, cutoffs)

    def forward(self, rows, targets):
        return self.softmax(rows, targets).loss


class SampledLoss(nn.Module):
    """Trains on the words of a step and random others, and evaluates with all."""

    def __init__(self, width, vocabulary, samples, ids):
        super().__init__()
        limit = width**-0.5
        self.weight = nn.Embedding(vocabulary, width, sparse=True)
        self.bias = nn.Embedding(vocabulary, 1, sparse=True)
        for table in (self.weight, self.bias):
            nn.init.uniform_(table.weight, -limit, limit)
        self.sampler = Sampler(ids, vocabulary, samples)

    def forward(self, rows, targets):
        if not torch.is_grad_enabled():
            logits = nn.functional.linear(rows, self.weight.weight, self.bias.weight[:, 0])
            return nn.functional.cross_entropy(logits, targets)
        words, places, shifts = self.sampler.draw(targets)
        logits = nn.functional.linear(rows, self.weight(words), self.bias(words)[:, 0] + shifts)
        return nn.functional.cross_entropy(logits, places)


class Network(nn.Module):
    def __init__(self, work, ids):
        super().__init__()
        width, vocabulary = work["width"], work["vocabulary"]
        self.embedding = nn.Embedding(vocabulary, width, sparse=True)
        self.rnn = nn.LSTM(width, width, work["layers"])
        self.loss = {
            "exact": lambda: ExactLoss(width, vocabulary),
            "adaptive": lambda: AdaptiveLoss(width, vocabulary, work["cutoffs"]),
            "sampled": lambda: SampledLoss(width, vocabulary, work["samples"], ids),
        }[work["output"]]()

    def forward(self, ids, targets, state):
        output, state = self.rnn(self.embedding(ids), state)
        return self.loss(output.flatten(0, 1), targets.flatten()), state


def windows_of(ids, windows, bptt):
    """Returns a function from the index of a window to its inputs and targets [T, B], of streams [B, length]."""

    def window(index):
        start = index % windows * bptt
        part = torch.from_numpy(ids[:, start : start + bptt + 1].T.astype(np.int64))
        return part[:-1], part[1:]

    return window


def evaluate(network, window, held):
    total, state = 0.0, None
    with torch.no_grad():
        for index in range(held):
            loss, state = network(*window(index), state)
            total += loss.item()
    return total / held


def main():
    work = json.loads(sys.argv[1])
    if work.get("kind") == "version":
        print(json.dumps({"version": version()}))
        return
    torch.set_num_threads(work["threads"])
    torch.manual_seed(1)
    batch, bptt, windows, held = work["batch"], work["bptt"], work["windows"], work["held"]
    ids = np.fromfile(work["ids"], dtype="<i4")
    split = batch * (windows * bptt + 1)
    read = windows_of(ids[:split].reshape(batch, -1), windows, bptt)
    network = Network(work, torch.from_numpy(ids[:split]))
    sparse = [table.weight for table in network.modules() if isinstance(table, nn.Embedding)]
    others = [module for module in network.modules() if not isinstance(module, nn.Embedding)]
    rest = [parameter for module in others for parameter in module.parameters(recurse=False)]
    optimizers = [
        torch.optim.SparseAdam(sparse, lr=work["learningRate"]),
        torch.optim.Adam(rest, lr=work["learningRate"], **optimizer_options(work)),
    ]
    state, steps, start = None, 0, time.perf_counter()
    while time.perf_counter() < start + work["seconds"]:
        for optimizer in optimizers:
            optimizer.zero_grad()
        with compute_in(work):
            loss, state = network(*read(steps), state)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        state = tuple(part.detach() for part in state)
        steps += 1
    speed = steps * batch * bptt / (time.perf_counter() - start)
    peak = peak_bytes()
    with compute_in(work):
        loss = evaluate(network, windows_of(ids[split:].reshape(batch, -1), held, bptt), held)
    print(json.dumps({"tokensPerSecond": speed, "peakBytes": peak, "loss": loss, "steps": steps}))


main()
