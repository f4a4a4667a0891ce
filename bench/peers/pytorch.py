"""Runs one measurement of PyTorch: pytorch.py '{"kind":"train","cell":"LSTM",...,"threads":2}'

Prints microseconds per token of a full training step (forward, backward, clipping, SGD), or of sampling one token at a
time, and the peak memory of the process.
"""

import json
import sys
import time

import torch

# Minimum seconds and calls of the warm-up and of the measurement, the same as for Elman.
WARM_UP = (1, 3)
MEASURED = (2, 7)
GENERATIONS = 7


def times_of(step, seconds, runs):
    times, end = [], time.perf_counter() + seconds
    while len(times) < runs or time.perf_counter() < end:
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1e6)
    return times


def median(values):
    return sorted(values)[len(values) // 2]


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None


def build(work):
    return (
        torch.nn.Embedding(work["vocabulary"], work["embed"]),
        getattr(torch.nn, work["cell"])(work["embed"], work["hidden"], work["layers"]),
        torch.nn.Linear(work["hidden"], work["vocabulary"]),
    )


def train(work):
    embedding, rnn, head = build(work)
    parameters = [p for module in (embedding, rnn, head) for p in module.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    x = torch.randint(0, work["vocabulary"], (work["bptt"], work["batch"]))
    y = torch.randint(0, work["vocabulary"], (work["bptt"], work["batch"]))

    def step():
        optimizer.zero_grad()
        logits = head(rnn(embedding(x))[0])
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten()).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 0.25)
        optimizer.step()

    times_of(step, *WARM_UP)
    return median(times_of(step, *MEASURED)) / (work["batch"] * work["bptt"])


@torch.inference_mode()
def generate(work):
    embedding, rnn, head = build(work)
    token, state = torch.zeros(1, 1, dtype=torch.long), None

    def advance(count):
        nonlocal token, state
        for _ in range(count):
            output, state = rnn(embedding(token), state)
            probabilities = torch.softmax(head(output[0, 0]) / 0.8, -1)
            token = torch.multinomial(probabilities, 1).view(1, 1)

    advance(100)
    return median(times_of(lambda: advance(work["tokens"]), 0, GENERATIONS)) / work["tokens"]


def main():
    work = json.loads(sys.argv[1])
    if work["kind"] == "version":
        print(json.dumps({"version": torch.__version__}))
        return
    torch.set_num_threads(work["threads"])
    microseconds = {"train": train, "generate": generate}[work["kind"]](work)
    print(json.dumps({"microseconds": microseconds, "peakBytes": peak_bytes()}))


main()
