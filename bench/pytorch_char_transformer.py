"""A small Transformer that models characters, trained in PyTorch for a given time, for comparison with `train-lm`.

Usage: python3 bench/pytorch_char_transformer.py --data input.txt --layers 4 --width 128 --context 64 --seconds 180

The network is a decoder of the GPT-2 kind: learned positions, pre-norm blocks, GELU, tied output weights. It trains on
random windows with AdamW, a short warm-up and a cosine schedule over the given time. The validation text is the last
`--valid-fraction` of the characters, as in `pytorch_char_lm.py`. It is read in overlapping windows, and only the second
half of each window counts, so that every prediction sees at least half a context. Losses are nats per character.

Prints one JSON object.
"""

import argparse
import json
import math
import time

import torch
from torch import nn
from torch.nn import functional as F


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
        self.token, self.position = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads, dropout) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                scale = 0.02 / math.sqrt(2 * layers) if name.endswith(("project.weight", "mlp.2.weight")) else 0.02
                nn.init.normal_(parameter, std=scale)

    def forward(self, ids):
        x = self.token(ids) + self.position.weight[: ids.shape[1]]
        return self.norm(self.blocks(x)) @ self.token.weight.t()


def sample(ids, batch, context):
    """Inputs and targets [B, T] at random places."""
    starts = torch.randint(len(ids) - context, (batch, 1)) + torch.arange(context + 1)
    windows = ids[starts]
    return windows[:, :-1], windows[:, 1:]


def learning_rate(options, progress):
    warmup = min(1.0, progress / 0.05)
    return options.lr * warmup * (0.1 + 0.45 * (1 + math.cos(math.pi * progress)))


def train(model, ids, options):
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, betas=(0.9, 0.99), weight_decay=0.1)
    begin, steps = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - begin) < options.seconds:
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(options, elapsed / options.seconds)
        inputs, targets = sample(ids, options.batch, options.context)
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        steps += 1
    return steps


@torch.no_grad()
def evaluate(model, ids, context):
    model.eval()
    half, total, count = context // 2, 0.0, 0
    for start in range(0, len(ids) - context - 1, half):
        window = ids[start : start + context + 1]
        first = 0 if start == 0 else context - half
        logits = model(window[None, :-1])[0, first:]
        total += F.cross_entropy(logits, window[1 + first :], reduction="sum").item()
        count += len(logits)
    return total / count


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--context", type=int, default=64)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seconds", type=float, default=180, help="training time")
    parser.add_argument("--valid-fraction", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
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
    sizes = (options.width, options.layers, options.heads, options.context, options.dropout)
    model = Transformer(len(vocabulary), *sizes)
    steps = train(model, ids[:split], options)
    valid_loss = evaluate(model, ids[split:], options.context)
    report = {
        "torch": torch.__version__,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "seconds": options.seconds,
        "tokens_per_second": steps * options.batch * options.context / options.seconds,
        "valid_loss": valid_loss,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
