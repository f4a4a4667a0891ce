"""Milliseconds of one full training step of PyTorch on a configuration: pytorch_step.py '{"cell":"LSTM",...}' THREADS"""

import json
import sys
import time

import torch

RUNS = 7


def main():
    c = json.loads(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]))
    embedding = torch.nn.Embedding(c["vocabulary"], c["embed"])
    rnn = getattr(torch.nn, c["cell"])(c["embed"], c["hidden"], c["layers"])
    head = torch.nn.Linear(c["hidden"], c["vocabulary"])
    parameters = [p for module in (embedding, rnn, head) for p in module.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    x = torch.randint(0, c["vocabulary"], (c["bptt"], c["batch"]))
    y = torch.randint(0, c["vocabulary"], (c["bptt"], c["batch"]))

    def step():
        optimizer.zero_grad()
        logits = head(rnn(embedding(x))[0])
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.flatten()).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 0.25)
        optimizer.step()

    def timed():
        begin = time.perf_counter()
        step()
        return (time.perf_counter() - begin) * 1e3

    for _ in range(3):
        step()
    milliseconds = sorted(timed() for _ in range(RUNS))[RUNS // 2]
    tokens = round(c["batch"] * c["bptt"] / milliseconds * 1e3)
    print(json.dumps({"peer": "pytorch", "milliseconds": milliseconds, "tokensPerSecond": tokens}))


main()
