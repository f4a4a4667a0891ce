"""The PyTorch twin of `train-lm --tokenizer char`: same data, split, streams, model and losses.

Usage: python3 bench/pytorch_char_lm.py --data input.txt --cell lstm --seed 1

The validation text is the last `--valid-fraction` of the characters; the vocabulary is the sorted set of all
characters of the file. Each text is cut into `--batch` contiguous streams of equal length (the remainder is dropped).
They are read in windows of `--bptt` steps; the state is carried from window to window, detached, and is zero at the
start of every epoch and of every validation. Losses are nats per predicted token.

Prints one JSON object per line: {"event":"epoch",...} after each epoch and {"event":"done",...} at the end.
`seconds` is the total wall time; `tokens_per_second` counts only the training steps.
"""

import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
}


class CharLanguageModel(nn.Module):
    def __init__(self, vocabulary, cell, embed, hidden, layers, dropout):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embed)
        self.rnn = CELLS[cell](embed, hidden, layers, dropout=dropout if layers > 1 else 0.0)
        self.dropout = nn.Dropout(dropout)
        self.decoder = nn.Linear(hidden, vocabulary)

    def forward(self, ids, state=None):
        output, state = self.rnn(self.dropout(self.embedding(ids)), state)
        return self.decoder(self.dropout(output)), state


def detach(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def streams(ids, batch):
    """Returns ids [L, B]; column b is the b-th of `batch` contiguous pieces of equal length."""
    length = len(ids) // batch
    if length < 2:
        raise SystemExit(f"cut into streams: expected at least {2 * batch} characters, found {len(ids)}")
    return ids[: length * batch].view(batch, length).t().contiguous()


def windows(data, bptt):
    """Yields inputs and targets [T, B]; the last window may be shorter."""
    for start in range(0, len(data) - 1, bptt):
        end = min(start + bptt, len(data) - 1)
        yield data[start:end], data[start + 1 : end + 1]


def window_loss(model, inputs, targets, state):
    logits, state = model(inputs, state)
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten()), detach(state)


def rate_factor(step, total, options):
    if options.schedule == "constant":
        return 1.0
    if step < options.warmup:
        return (step + 1) / options.warmup
    return 0.5 * (1 + math.cos(math.pi * (step - options.warmup) / (total - options.warmup)))


def train_epoch(model, optimizer, schedule, data, options):
    model.train()
    state, total, count, steps = None, 0.0, 0, 0
    for inputs, targets in windows(data, options.bptt):
        optimizer.zero_grad()
        loss, state = window_loss(model, inputs, targets, state)
        loss.backward()
        if options.clip > 0:
            nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        optimizer.step()
        schedule.step()
        total += loss.item() * targets.numel()
        count += targets.numel()
        steps += 1
    return total / count, count, steps


@torch.no_grad()
def evaluate(model, data, bptt):
    model.eval()
    state, total, count = None, 0.0, 0
    for inputs, targets in windows(data, bptt):
        loss, state = window_loss(model, inputs, targets, state)
        total += loss.item() * targets.numel()
        count += targets.numel()
    return total / count


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", choices=["char"], default="char")
    parser.add_argument("--cell", choices=sorted(CELLS), default="lstm")
    parser.add_argument("--embed", type=int, default=64)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--bptt", type=int, default=64)
    parser.add_argument("--optimizer", choices=sorted(OPTIMIZERS), default="adam")
    parser.add_argument("--lr", type=float, default=0.002)
    parser.add_argument("--schedule", choices=["constant", "cosine"], default="constant")
    parser.add_argument("--warmup", type=int, default=0, help="warm-up steps of the cosine schedule")
    parser.add_argument("--clip", type=float, default=5.0, help="maximum global gradient norm; 0 disables clipping")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--valid-fraction", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    with open(options.data, encoding="utf-8", newline="") as file:
        text = file.read()
    vocabulary = {character: index for index, character in enumerate(sorted(set(text)))}
    ids = torch.tensor([vocabulary[character] for character in text])
    split = len(ids) - int(len(ids) * options.valid_fraction)
    train, valid = streams(ids[:split], options.batch), streams(ids[split:], options.batch)
    model = CharLanguageModel(
        len(vocabulary), options.cell, options.embed, options.hidden, options.layers, options.dropout
    )
    optimizer = OPTIMIZERS[options.optimizer](model.parameters(), lr=options.lr)
    total_steps = options.epochs * math.ceil((len(train) - 1) / options.bptt)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_factor(step, total_steps, options))

    begin, training_seconds, tokens, steps, valid_loss = time.perf_counter(), 0.0, 0, 0, math.nan
    for epoch in range(1, options.epochs + 1):
        epoch_begin = time.perf_counter()
        train_loss, epoch_tokens, epoch_steps = train_epoch(model, optimizer, schedule, train, options)
        training_seconds += time.perf_counter() - epoch_begin
        tokens, steps = tokens + epoch_tokens, steps + epoch_steps
        valid_loss = evaluate(model, valid, options.bptt)
        report("epoch", epoch=epoch, train_loss=train_loss, valid_loss=valid_loss, perplexity=math.exp(valid_loss))
    report(
        "done",
        steps=steps,
        valid_loss=valid_loss,
        perplexity=math.exp(valid_loss),
        seconds=time.perf_counter() - begin,
        tokens_per_second=tokens / training_seconds,
    )


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


if __name__ == "__main__":
    main()
