"""Runs one measurement of PyTorch: pytorch.py '{"kind":"train","cell":"LSTM",...,"threads":2,"precision":"float32"}'

Prints microseconds per token of a full training step (forward, backward, clipping, SGD), or of sampling one token at a
time, and the peak memory of the process.
"""

import json
import sys

import torch
from torch.nn import functional as F

from pytorch_measure import compiled_if, compute_in, median, optimizer_options, peak_bytes, steady, times_of, version

GENERATIONS = 5


def build(work):
    return (
        torch.nn.Embedding(work["vocabulary"], work["embed"]),
        getattr(torch.nn, work["cell"])(work["embed"], work["hidden"], work["layers"]),
        torch.nn.Linear(work["hidden"], work["vocabulary"]),
    )


def train(work):
    embedding, rnn, head = build(work)
    parameters = [p for module in (embedding, rnn, head) for p in module.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.1, **optimizer_options(work))
    ids = lambda: torch.randint(0, work["vocabulary"], (work["bptt"], work["batch"]))
    x, y = ids(), ids()

    def forward(x, y):
        return F.cross_entropy(head(rnn(embedding(x))[0]).flatten(0, 1), y.flatten())

    forward = compiled_if(work, forward)

    def step():
        optimizer.zero_grad()
        with compute_in(work):
            loss = forward(x, y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 0.25)
        optimizer.step()

    return steady(step) / (work["batch"] * work["bptt"])


@torch.inference_mode()
def generate(work):
    """Samples one token after the other. In bfloat16 the weights are converted once, not cast at each token."""
    modules = build(work)
    if work["precision"] == "bf16":
        modules = [module.to(torch.bfloat16) for module in modules]
    embedding, rnn, head = modules

    def sample(token, state):
        output, state = rnn(embedding(token), state)
        probabilities = torch.softmax(head(output[0, 0]) / 0.8, -1)
        return torch.multinomial(probabilities, 1).view(1, 1), state

    sample = compiled_if(work, sample)
    zeros = lambda: torch.zeros(work["layers"], 1, work["hidden"], dtype=head.weight.dtype)
    token, state = torch.zeros(1, 1, dtype=torch.long), (zeros(), zeros())

    def advance(count):
        nonlocal token, state
        for _ in range(count):
            token, state = sample(token, state)

    advance(100)
    return median(times_of(lambda: advance(work["tokens"]), 0, GENERATIONS)) / work["tokens"]


def main():
    work = json.loads(sys.argv[1])
    if work["kind"] == "version":
        print(json.dumps({"version": version()}))
        return
    torch.set_num_threads(work["threads"])
    microseconds = {"train": train, "generate": generate}[work["kind"]](work)
    print(json.dumps({"microseconds": microseconds, "peakBytes": peak_bytes()}))


main()
