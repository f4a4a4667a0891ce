"""A small Transformer that models characters or words, trained in PyTorch for a given time.

Usage: python3 transformer.py --train a.txt --valid b.txt --test c.txt --unit char --seconds 600

The network is a decoder of the GPT-2 kind: learned positions, pre-norm blocks, GELU, tied output weights. It trains on
random windows with AdamW, a short warm-up and a cosine schedule over the given time, to a tenth of the rate, as nanoGPT
does. Texts are read in overlapping windows for validation and test, and only the second half of each window counts, so
that every prediction sees at least half a context. Losses are nats per token. Validations on the way do not count as
training time.

Products are computed in float32, in bfloat16, and each of them compiled; the fastest of these, found by timing a few
steps before training, is used.

Prints one JSON object per line: {"event": "valid", ...} on the way, and {"event": "done", ...} at the end.
"""

import argparse
import json
import math
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
from pytorch_sampler import Sampler


class Block(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.attention_norm, self.mlp_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.project = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def attend(self, x):
        batch, time_steps, width = x.shape
        qkv = self.qkv(x).view(batch, time_steps, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        dropout = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(*qkv, is_causal=True, dropout_p=dropout)
        return self.project(mixed.transpose(1, 2).reshape(batch, time_steps, width))

    def forward(self, x):
        x = x + F.dropout(self.attend(self.attention_norm(x)), self.dropout, self.training)
        return x + F.dropout(self.mlp(self.mlp_norm(x)), self.dropout, self.training)


class Transformer(nn.Module):
    def __init__(self, vocabulary, width, layers, heads, context, dropout):
        super().__init__()
        self.dropout = dropout
        self.token, self.position = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads, dropout) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                scale = 0.02 / math.sqrt(2 * layers) if name.endswith(("project.weight", "mlp.2.weight")) else 0.02
                nn.init.normal_(parameter, std=scale)

    def read(self, ids):
        x = F.dropout(self.token(ids) + self.position.weight[: ids.shape[1]], self.dropout, self.training)
        return self.norm(self.blocks(x))

    def forward(self, ids):
        return self.read(ids) @ self.token.weight.t()


def sample(ids, batch, context):
    """Inputs and targets [B, T] at random places."""
    starts = torch.randint(len(ids) - context, (batch, 1)) + torch.arange(context + 1)
    windows = ids[starts]
    return windows[:, :-1], windows[:, 1:]


class Trainer:
    """One way of computing steps: in float32 or bfloat16, compiled or not."""

    def __init__(self, model, ids, options, bf16, compiled):
        self.model, self.ids, self.options = model, ids, options
        self.bf16, self.name = bf16, ("bf16" if bf16 else "float32") + (", compiled" if compiled else "")
        compute = torch.compile if compiled else lambda function: function
        self.read, self.exact_loss = compute(model.read), compute(self.loss_of_all)
        self.sampler = Sampler(ids, len(model.token.weight), options.samples) if options.samples else None
        self.optimizer = torch.optim.AdamW(
            model.parameters(), lr=options.lr, betas=(0.9, 0.99), weight_decay=0.1, fused=True
        )

    def loss(self, inputs, targets):
        if self.sampler is None:
            return self.exact_loss(inputs, targets)
        words, places, shifts = self.sampler.draw(targets.flatten())
        logits = self.read(inputs).flatten(0, 1) @ self.model.token.weight[words].t()
        return F.cross_entropy(logits.float() + shifts, places)

    def loss_of_all(self, inputs, targets):
        return F.cross_entropy(self.model(inputs).flatten(0, 1).float(), targets.flatten())

    def step(self, progress):
        options = self.options
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(options, progress)
        inputs, targets = sample(self.ids, options.batch, options.context)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
            loss = self.loss(inputs, targets)
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()

    def speed(self, warm_up=3, runs=8, most=math.inf):
        """Seconds per step. Steps that take far longer than `most` when warm are not measured any further."""
        warm = []
        for _ in range(warm_up):
            begin = time.perf_counter()
            self.step(0.0)
            warm.append(time.perf_counter() - begin)
        # The first steps compile.
        if min(warm[-2:]) > 1.5 * most:
            return min(warm[-2:])
        begin = time.perf_counter()
        for _ in range(runs):
            self.step(0.0)
        return (time.perf_counter() - begin) / runs


def learning_rate(options, progress):
    warm_up = min(1.0, progress / 0.05)
    return options.lr * warm_up * (0.1 + 0.45 * (1 + math.cos(math.pi * progress)))


def fastest(model, ids, options):
    """The fastest trainer. The model's parameters do not change."""
    saved = {name: value.clone() for name, value in model.state_dict().items()}
    found = []
    for bf16 in (False, True):
        for compiled in (False, True):
            try:
                trainer = Trainer(model, ids, options, bf16, compiled)
                best = min((seconds for seconds, *_ in found), default=math.inf)
                found.append((trainer.speed(most=best), bf16, compiled))
            except Exception:  # torch.compile needs a C++ compiler
                continue
    model.load_state_dict(saved)
    _, bf16, compiled = min(found)
    trainer = Trainer(model, ids, options, bf16, compiled)
    trainer.speed(runs=1)
    model.load_state_dict(saved)
    return Trainer(model, ids, options, bf16, compiled)


def train(model, trainer, valid, options):
    """Trains for the given time, then takes the parameters with the lowest validation loss. Returns that loss too."""
    elapsed, steps, best, kept = 0.0, 0, math.inf, None
    checks = [options.seconds * (i + 1) / options.checks for i in range(options.checks)]
    while checks:
        begin = time.perf_counter()
        trainer.step(min(1.0, elapsed / options.seconds))
        elapsed += time.perf_counter() - begin
        steps += 1
        if elapsed < checks[0]:
            continue
        checks = [check for check in checks if check > elapsed]
        loss = evaluate(model, valid, options.context)
        report("valid", seconds=elapsed, steps=steps, valid_loss=loss)
        if kept is None or loss < best:
            best, kept = loss, {name: value.clone() for name, value in model.state_dict().items()}
    model.load_state_dict(kept)
    return steps, elapsed, best


@torch.no_grad()
def evaluate(model, ids, context, at_once=32):
    """The mean loss: windows overlap by half, and the first one counts whole."""
    model.eval()
    half = context // 2
    first = F.cross_entropy(model(ids[None, :context])[0], ids[1 : context + 1], reduction="sum").item()
    total, count = first, context
    starts = list(range(half, len(ids) - context - 1, half))
    for at in range(0, len(starts), at_once):
        windows = torch.stack([ids[start : start + context + 1] for start in starts[at : at + at_once]])
        logits = model(windows[:, :-1])[:, context - half :]
        targets = windows[:, 1 + context - half :]
        total += F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="sum").item()
        count += targets.numel()
    model.train()
    return total / count


def read(path, unit):
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    return list(text) if unit == "char" else text.replace("\n", " \n ").split(" ")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", required=True)
    parser.add_argument("--valid", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--unit", choices=["char", "word"], default="char")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--samples", type=int, default=0, help="random words of a sampled softmax; 0 for all words")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seconds", type=float, default=180, help="training time")
    parser.add_argument("--checks", type=int, default=10, help="validations on the way and at the end")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    tokens = [[token for token in read(path, options.unit) if token] for path in (options.train, options.valid, options.test)]
    vocabulary = {token: index for index, token in enumerate(sorted(set().union(*tokens)))}
    ids, valid, test = (torch.tensor([vocabulary[token] for token in part]) for part in tokens)
    model = Transformer(
        len(vocabulary), options.width, options.layers, options.heads, options.context, options.dropout
    )
    trainer = fastest(model, ids, options)
    torch.manual_seed(options.seed)
    steps, seconds, valid_loss = train(model, trainer, valid, options)
    report(
        "done",
        valid_loss=valid_loss,
        test_loss=evaluate(model, test, options.context),
        seconds=seconds,
        steps=steps,
        tokens_per_second=steps * options.batch * options.context / seconds,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        valid_tokens=len(valid) - 1,
        computed=trainer.name,
        torch=torch.__version__,
    )


if __name__ == "__main__":
    main()
