"""Writes the goldens beside this file with PyTorch in float32 on the CPU: python3 tests/goldens/generate.py

The tests read the committed files and never run this script. Rerun it only to add a case. Each case has a fixed seed
derived from its name, so the other cases stay the same up to rounding differences between PyTorch builds.

Tensors are {"dtype": "float32" | "int32", "shape": [...], "data": [...]}, flat and row-major; each float32 is written
with the fewest decimal digits that read back to the same float32. Plain numbers and lists of numbers are doubles.
Activations are time-major, [T, B, ...]; parameters have PyTorch's names, layouts and gate orders.

rnn_tanh.json, rnn_relu.json, lstm.json, gru.json, qrnn.json, sru.json, mingru.json, mogrifier.json and layers.json: {case name: case}, where each case has
    options      the module's hyper-parameters; layers.json also names the module in options.layer
    lengths      (recurrent cases) null, or the number of valid steps of each sequence; the padding of x and of the
                 cotangent of output is random and must not affect any result
    inputs       x and, if recurrent, h0 (and c0 for LSTM): [layers * directions, B, H or P], and x0 for QRNN:
                 [directions, B, I];
                 ids for embedding; logits and targets for cross_entropy (-1: ignored)
    parameters   by PyTorch's names; empty for cross_entropy
    outputs      output and, if recurrent, h_n (and c_n, or x_n); loss for cross_entropy
    cotangents   of each output: the gradients passed to backward
    gradients    of each float input and of each parameter

picture_convolution.json: as layers.json; pictures are [N, H, W, C]

weight_dropout.json: as the recurrent cases, with a mask on each weight_hh: an element is kept, and divided by 1 - rate, if
its 16 bits of Philox4x32-10 are at least options.rate * 65536; the counter is (index / 8, 0, options.step, index of the
layer), the key options.seed

convolution.json: as layers.json, with lengths; the inputs beyond them are random and must not affect any result

pooling.json: as layers.json, with lengths; the outputs are pooled and, for attention, the weights [B, T]

attention.json: as pooling.json, with options.kind and options.heads; the lengths are those of the states

translation.json: {case name: case}, the model of bench/pytorch_translation.py
    options      a translator's config.json
    lengths      of the source sentences and of the decoder inputs: {source, target}
    inputs       ids of both, [S, B] and [T, B]; the padding is random and must not affect any result
    targets      of each step that is not padding, sentence by sentence; label smoothing 0.1
    parameters, outputs (loss) and gradients as for layers

output_loss.json: cross_entropy of a linear layer, with options.label_smoothing and options.weight (or null)

sampled_softmax.json: cross_entropy of a linear layer over some classes, with a shift of the logit of each; targets are
    indexes of these classes

adaptive_softmax.json: as layers.json; the outputs are the loss and the log-probabilities of all classes
    scores       the log-probability of each target
    predicted    the most probable class of each row

log_softmax.json: as layers.json, of x

ctc_loss.json: as layers.json: the losses [B] of logits x [T, B, C] with options.blank, options.zero_infinity and the labels
    of each sequence; lengths are those of the frames. Losses are null if infinite; PyTorch's gradient is then NaN, so only
    cases with zero_infinity have one

smoothed_cross_entropy.json: as cross_entropy in layers.json, with options.label_smoothing and options.weight (or null)

binary_cross_entropy.json: targets [rows, labels] of 0 or 1, options.label_smoothing e for targets of 1 - e / 2 and e / 2,
options.pos_weight (or null); the loss is the sum divided by the number of rows

optimizers.json: {case name: case}
    optimizer    sgd | adam | adamw | rmsprop
    options      PyTorch's keyword arguments
    initial      parameters before the first step, by name
    steps        [{gradients, parameters}]: the gradients of each step, and the parameters after it

lazy_adam.json: {case name: case}: torch.optim.SparseAdam on an embedding, of which a step changes the rows that it uses
    options      PyTorch's keyword arguments
    initial      the embedding before the first step
    steps        [{ids, slopes, table}]: the gradient of row ids[i] is the sum of slopes[i]; the embedding after the step

schedules.json: {case name: case}
    schedule     step | exponential | cosine | linear | one_cycle | reduce_on_plateau
    options      lr is the base rate; the others have PyTorch's names. For cosine: warmup, total, min_lr, with
                 lr * (step + 1) / warmup while step < warmup, then
                 min_lr + (lr - min_lr) * (1 + cos(pi * p)) / 2, p = min(1, (step - warmup) / (total - warmup))
                 For linear: total and end, the factor at the end; one_cycle has PyTorch's names and total
    metrics      (reduce_on_plateau) the metric observed after each epoch
    rates        the rate of step 0, 1, 2, ...; for reduce_on_plateau the rate after each observation

forecast_losses.json: {case name: case}: the losses of forecasters in double precision
    scale        what a value of 1 stands for
    outputs      the outputs of a network for each value
    values       the values; values * scale are counts
    losses       the loss of each value
    slopes       its derivatives by the outputs

clipping.json: {case name: case}
    clip         norm | value
    limit        the maximum global norm, or the maximum absolute value
    norm         (norm) the global norm before clipping
    gradients    before, by name
    clipped      after, by name

loss_curve_lstm.json, loss_curve_gru.json, loss_curve_rnn.json: a language model Embedding -> one recurrent layer ->
Linear trained for 50 steps; step s reads ids [s*T, s*T + T) and predicts the next id of each; the state starts at
zero and is carried from step to step, detached; the loss is the mean over T*B tokens
    options      V, B, T, embed, hidden, steps
    formula      generates the ids
    ids          [steps * T + 1, B]
    initial      embedding.weight, rnn.weight_ih_l0, ..., decoder.weight, decoder.bias
    runs         {sgd | adam: {optimizer, lr, clip (largest global norm), losses (before each step), final}}
"""

import json
import math
import os
import sys
import zlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "bench"))
from pytorch_translation import Translator
T, B, I, H, P = 5, 3, 4, 6, 3
REGIONS = 3


# Writing


def shortest(value):
    text = str(np.float32(value))
    if not math.isfinite(float(text)) or np.float32(float(text)) != np.float32(value):
        raise ValueError(f"write a float32: expected a finite number that reads back, found {value!r}")
    return text.removesuffix(".0")


def encode(value):
    if isinstance(value, torch.Tensor):
        flat = value.detach().flatten().tolist()
        dtype = "float32" if value.is_floating_point() else "int32"
        data = ",".join(map(shortest if dtype == "float32" else str, flat))
        return f'{{"dtype":"{dtype}","shape":{json.dumps(list(value.shape), separators=(",", ":"))},"data":[{data}]}}'
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(encode, value)) + "]"
    return json.dumps(value, allow_nan=False)


def write(name, cases):
    """Writes one case on each line."""
    lines = ",\n".join(f"{json.dumps(key)}:{encode(case)}" for key, case in cases.items())
    path = os.path.join(HERE, f"{name}.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write("{\n" + lines + "\n}\n")
    print(f"{name}.json: {len(cases)} entries, {os.path.getsize(path)} bytes")


def seed(name):
    torch.manual_seed(zlib.crc32(name.encode()))


def snapshot(tensors):
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


# Layers


def layer_case(options, inputs, parameters, outputs, **extra):
    """Backpropagates random cotangents of the outputs to every float input and every parameter."""
    cotangents = {name: torch.randn_like(output) for name, output in outputs.items()}
    sources = {**{k: v for k, v in inputs.items() if v.is_floating_point()}, **parameters}
    gradients = torch.autograd.grad(list(outputs.values()), list(sources.values()), list(cotangents.values()))
    return {
        "options": options,
        **extra,
        "inputs": inputs,
        "parameters": parameters,
        "outputs": outputs,
        "cotangents": cotangents,
        "gradients": dict(zip(sources, gradients)),
    }


def leaf(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).requires_grad_()


class LinearRecurrence(nn.Module):
    """Stacked layers of a cell whose gates do not read the output before. PyTorch has none: each is its paper's formulas,
    sequence by sequence and step by step, and gradients are autograd's. h is the state that the papers call c, if any."""

    def __init__(self, family, num_layers, bidirectional, bias):
        super().__init__()
        self.family, self.layers, self.directions = family, num_layers, 2 if bidirectional else 1
        for layer in range(num_layers):
            for suffix in ["", "_reverse"][: self.directions]:
                width = I if layer == 0 else self.directions * H
                for name, shape in self.shapes(layer, width, bias).items():
                    self.register_parameter(f"{name}_l{layer}{suffix}", nn.Parameter(torch.empty(shape)))

    def shapes(self, layer, width, bias):
        gates = {"qrnn": 3, "sru": 3 if width == H else 4, "mingru": 2}[self.family]
        read = 2 * width if self.family == "qrnn" and layer == 0 else width
        biases = 2 if self.family == "sru" else gates
        return {
            "weight_ih": (gates * H, read),
            **({"weight_c": (2 * H,)} if self.family == "sru" else {}),
            **({"bias_ih": (biases * H,)} if bias else {}),
        }

    def forward(self, x, h0, x0, lengths):
        final = torch.zeros_like(h0)
        last = None if x0 is None else torch.zeros_like(x0)
        for layer in range(self.layers):
            outputs = []
            for direction in range(self.directions):
                index = layer * self.directions + direction
                sequences = []
                for b, length in enumerate(lengths):
                    steps = x[:length, b].flip(0) if direction else x[:length, b]
                    before = x0[direction, b] if self.family == "qrnn" and layer == 0 else None
                    output, state = self.run(steps, h0[index, b], before, f"_l{layer}{['', '_reverse'][direction]}")
                    final = final.index_put((torch.tensor(index), torch.tensor(b)), state)
                    if before is not None:
                        last = last.index_put((torch.tensor(direction), torch.tensor(b)), steps[-1])
                    output = output.flip(0) if direction else output
                    sequences.append(F.pad(output, (0, 0, 0, x.shape[0] - length)))
                outputs.append(torch.stack(sequences, 1))
            x = torch.cat(outputs, 2)
        return x, final, last

    def run(self, x, h, before, suffix):
        weight = {name: getattr(self, name + suffix, None) for name in ["weight_ih", "weight_c", "bias_ih"]}
        outputs = []
        for t, step in enumerate(x):
            read = step if before is None else torch.cat([x[t - 1] if t > 0 else before, step])
            output, h = getattr(self, self.family)(read, h, **weight)
            outputs.append(output)
        return torch.stack(outputs), h

    def qrnn(self, x, c, weight_ih, bias_ih, **_):
        """Bradbury et al. 2017, fo-pooling."""
        z, f, o = F.linear(x, weight_ih, bias_ih).chunk(3)
        c = torch.sigmoid(f) * c + (1 - torch.sigmoid(f)) * torch.tanh(z)
        return torch.sigmoid(o) * c, c

    def sru(self, x, c, weight_ih, weight_c, bias_ih):
        """Lei et al. 2018."""
        u, f, r, *skipped = F.linear(x, weight_ih).split(H)
        v_f, v_r = weight_c.chunk(2)
        b_f, b_r = bias_ih.chunk(2) if bias_ih is not None else (0, 0)
        f, r = torch.sigmoid(f + v_f * c + b_f), torch.sigmoid(r + v_r * c + b_r)
        c = f * c + (1 - f) * u
        return r * c + (1 - r) * (skipped[0] if skipped else x * math.sqrt(3)), c

    def mingru(self, x, h, weight_ih, bias_ih, **_):
        """Feng et al. 2024, with the function g of appendix B."""
        z, n = F.linear(x, weight_ih, bias_ih).chunk(2)
        z, n = torch.sigmoid(z), torch.where(n >= 0, n + 0.5, torch.sigmoid(n))
        h = (1 - z) * h + z * n
        return h, h


def linear_recurrence_case(family, name, layers=1, bidirectional=False, lengths=None, bias=True, steps=T, batch=B):
    seed(f"{family}/{name}")
    module = LinearRecurrence(family, layers, bidirectional, bias)
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.4)
    directions = 2 if bidirectional else 1
    inputs = {"x": leaf(steps, batch, I), "h0": leaf(layers * directions, batch, H)}
    if family == "qrnn":
        inputs["x0"] = leaf(directions, batch, I)
    output, final, last = module(inputs["x"], inputs["h0"], inputs.get("x0"), lengths or [steps] * batch)
    outputs = {"output": output, "h_n": final, **({"x_n": last} if family == "qrnn" else {})}
    options = {
        "cell": family,
        "input_size": I,
        "hidden_size": H,
        "proj_size": 0,
        "num_layers": layers,
        "bidirectional": bidirectional,
        "bias": bias,
    }
    return layer_case(options, inputs, dict(module.named_parameters()), outputs, lengths=lengths)


class SteppedLayers(nn.Module):
    """Stacked layers that run step by step. A subclass has `shapes` of the parameters and `step`."""

    def __init__(self, inputs, hidden, num_layers, bidirectional, bias):
        super().__init__()
        self.directions = ["", "_reverse"] if bidirectional else [""]
        self.suffixes = [f"_l{layer}{direction}" for layer in range(num_layers) for direction in self.directions]
        for index, suffix in enumerate(self.suffixes):
            width = inputs if index < len(self.directions) else len(self.directions) * hidden
            for name, shape in self.shapes(width, hidden, bias).items():
                self.register_parameter(name + suffix, nn.Parameter(torch.empty(shape)))

    def gates(self, count, width, hidden, bias):
        shapes = {"weight_ih": (count * hidden, width), "weight_hh": (count * hidden, hidden)}
        return shapes | ({"bias_ih": (count * hidden,), "bias_hh": (count * hidden,)} if bias else {})

    def bias(self, suffix):
        return sum(getattr(self, f"bias_{name}{suffix}", 0) for name in ["ih", "hh"])

    def forward(self, x, state, lengths=None):
        finals = []
        columns = x
        for index, suffix in enumerate(self.suffixes):
            direction = index % len(self.directions)
            if direction == 0:
                x, columns = columns, None
            sequences = []
            for b in range(x.shape[1]):
                h, c = (part[index, b] for part in state)
                length = lengths[b] if lengths else len(x)
                outputs = [torch.zeros_like(h)] * len(x)
                for t in reversed(range(length)) if direction else range(length):
                    h, c = self.step(suffix, x[t, b], h, c)
                    outputs[t] = h
                sequences.append(torch.stack(outputs))
                finals.append((h, c))
            output = torch.stack(sequences, 1)
            columns = output if columns is None else torch.cat([columns, output], -1)
        shape = (len(self.suffixes), x.shape[1], -1)
        return columns, tuple(torch.stack(part).view(shape) for part in zip(*finals))


class Mogrifier(SteppedLayers):
    """LSTM layers whose input and hidden state scale each other in rounds before each step (Melis et al. 2020)."""

    def __init__(self, inputs, hidden, rounds, **options):
        self.rounds = rounds
        super().__init__(inputs, hidden, **options)

    def shapes(self, width, hidden, bias):
        shapes = self.gates(4, width, hidden, bias)
        shapes["weight_q"] = (-(-self.rounds // 2) * width, hidden)
        if self.rounds > 1:
            shapes["weight_r"] = (self.rounds // 2 * hidden, width)
        return shapes

    def step(self, suffix, x, h, c):
        ih, hh, q, r = (getattr(self, f"weight_{name}{suffix}", None) for name in ["ih", "hh", "q", "r"])
        rounds_of_h = () if r is None else r.split(h.shape[-1])
        for i, weight in enumerate(q.split(x.shape[-1])):
            x = 2 * torch.sigmoid(weight @ h) * x
            if i < len(rounds_of_h):
                h = 2 * torch.sigmoid(rounds_of_h[i] @ x) * h
        i, f, g, o = (ih @ x + hh @ h + self.bias(suffix)).chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c


class ChoGRU(SteppedLayers):
    """GRU layers with the reset gate before the recurrent product (Cho et al. 2014). There are no cell states."""

    def shapes(self, width, hidden, bias):
        return self.gates(3, width, hidden, bias)

    def step(self, suffix, x, h, _):
        hh = getattr(self, f"weight_hh{suffix}").chunk(3)
        r, z, n = (getattr(self, f"weight_ih{suffix}") @ x + self.bias(suffix)).chunk(3)
        r, z = torch.sigmoid(r + hh[0] @ h), torch.sigmoid(z + hh[1] @ h)
        n = torch.tanh(n + hh[2] @ (r * h))
        return (1 - z) * n + z * h, h.new_zeros(0)


def recurrent_maker(family, proj=0, rounds=5):
    return {
        "rnn_tanh": lambda **k: nn.RNN(I, H, nonlinearity="tanh", **k),
        "rnn_relu": lambda **k: nn.RNN(I, H, nonlinearity="relu", **k),
        "lstm": lambda **k: nn.LSTM(I, H, proj_size=proj, **k),
        "gru": lambda **k: nn.GRU(I, H, **k),
        "mogrifier": lambda **k: Mogrifier(I, H, rounds=rounds, **k),
        "chogru": lambda **k: ChoGRU(I, H, **k),
    }[family]


def recurrent_case(
    family, name, layers=1, bidirectional=False, lengths=None, bias=True, proj=0, steps=T, batch=B, rounds=5
):
    seed(f"{family}/{name}")
    module = recurrent_maker(family, proj, rounds)(num_layers=layers, bidirectional=bidirectional, bias=bias)
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.4)
    rows = layers * (2 if bidirectional else 1)
    inputs = {"x": leaf(steps, batch, I), "h0": leaf(rows, batch, proj or H)}
    if family in ["lstm", "mogrifier"]:
        inputs["c0"] = leaf(rows, batch, H)
    outputs = run_recurrent(module, inputs, lengths, steps)
    options = {
        "cell": family,
        "input_size": I,
        "hidden_size": H,
        "proj_size": proj,
        "num_layers": layers,
        "bidirectional": bidirectional,
        "bias": bias,
        **({"rounds": rounds} if family == "mogrifier" else {}),
    }
    return layer_case(options, inputs, dict(module.named_parameters()), outputs, lengths=lengths)


def run_recurrent(module, inputs, lengths, steps):
    state = (inputs["h0"], inputs["c0"]) if "c0" in inputs else inputs["h0"]
    if isinstance(module, SteppedLayers):
        pair = state if "c0" in inputs else (state, state)
        output, final = module(inputs["x"], pair, lengths)
        final = final if "c0" in inputs else final[0]
    elif lengths is None:
        output, final = module(inputs["x"], state)
    else:
        packed, final = module(pack_padded_sequence(inputs["x"], lengths, enforce_sorted=False), state)
        output, _ = pad_packed_sequence(packed, total_length=steps)
    return {"output": output, "h_n": final[0], "c_n": final[1]} if "c0" in inputs else {"output": output, "h_n": final}


def recurrent_cases(family):
    variants = {
        "single_layer": {},
        "one_step": {"steps": 1, "batch": 1},
        "two_layers": {"layers": 2},
        "bidirectional": {"bidirectional": True},
        "two_layers_bidirectional": {"layers": 2, "bidirectional": True},
        "ragged": {"lengths": [3, 5, 1]},
        "two_layers_bidirectional_ragged": {"layers": 2, "bidirectional": True, "lengths": [2, 4, 1]},
        "no_bias": {"bias": False},
    }
    if family == "lstm":
        variants["projection"] = {"proj": P}
        variants["two_layers_bidirectional_projection"] = {"layers": 2, "bidirectional": True, "proj": P}
    if family == "mogrifier":
        variants["one_round"] = {"rounds": 1}
        variants["four_rounds"] = {"rounds": 4}
    case = linear_recurrence_case if family in ["qrnn", "sru", "mingru"] else recurrent_case
    return {name: case(family, name, **variant) for name, variant in variants.items()}


def philox(counter, key):
    (c0, c1, c2, c3), (k0, k1), word = counter, key, 0xFFFFFFFF
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = p1 >> 32 ^ c1 ^ k0, p1 & word, p0 >> 32 ^ c3 ^ k1, p0 & word
        k0, k1 = k0 + 0x9E3779B9 & word, k1 + 0xBB67AE85 & word
    return c0, c1, c2, c3


def weight_mask(shape, rate, seed, step, stream):
    count = math.prod(shape)
    blocks = (philox((block, 0, step, stream), (seed, 0)) for block in range(-(-count // 8)))
    halves = [half for words in blocks for word in words for half in (word & 0xFFFF, word >> 16)][:count]
    return torch.tensor([half >= round(rate * 65536) for half in halves]).reshape(shape) / (1 - rate)


def weight_dropout_case(family, rate=0.4, key=3, step=2):
    seed(f"weight_dropout/{family}")
    module = recurrent_maker(family)(num_layers=2)
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.4)
    parameters = dict(module.named_parameters())
    inputs = {"x": leaf(T, B, I), "h0": leaf(2, B, H), **({"c0": leaf(2, B, H)} if family == "lstm" else {})}
    masked = {
        name: value * weight_mask(value.shape, rate, key, step, int(name[-1])) if "weight_hh" in name else value
        for name, value in parameters.items()
    }
    state = (inputs["h0"], inputs["c0"]) if "c0" in inputs else inputs["h0"]
    output, final = torch.func.functional_call(module, masked, (inputs["x"], state))
    states = {"h_n": final[0], "c_n": final[1]} if family == "lstm" else {"h_n": final}
    sizes = {"input_size": I, "hidden_size": H, "proj_size": 0, "num_layers": 2, "bidirectional": False, "bias": True}
    options = {"cell": family, **sizes, "rate": rate, "seed": key, "step": step}
    return layer_case(options, inputs, parameters, {"output": output, **states}, lengths=None)


def linear_case(name, bias):
    seed(name)
    module = nn.Linear(7, 5, bias=bias)
    inputs = {"x": leaf(T, B, 7)}
    options = {"layer": "linear", "in_features": 7, "out_features": 5, "bias": bias}
    return layer_case(options, inputs, dict(module.named_parameters()), {"output": module(inputs["x"])})


def embedding_case(name):
    seed(name)
    module = nn.Embedding(9, 4)
    inputs = {"ids": torch.randint(0, 9, (T, B), dtype=torch.int32)}
    options = {"layer": "embedding", "num_embeddings": 9, "embedding_dim": 4}
    return layer_case(options, inputs, dict(module.named_parameters()), {"output": module(inputs["ids"])})


def layer_norm_case(name, shift=0.0):
    seed(name)
    module = nn.LayerNorm(7)
    for parameter in module.parameters():
        nn.init.normal_(parameter)
    inputs = {"x": (torch.randn(T, B, 7) + shift).requires_grad_()}
    options = {"layer": "layer_norm", "normalized_shape": 7, "eps": module.eps}
    return layer_case(options, inputs, dict(module.named_parameters()), {"output": module(inputs["x"])})


def cross_entropy_case(name, ignored=0, scale=1.0):
    seed(name)
    rows, classes = T * B, 7
    inputs = {"logits": leaf(rows, classes, scale=scale), "targets": torch.randint(0, classes, (rows,)).int()}
    inputs["targets"][torch.randperm(rows)[:ignored]] = -1
    loss = F.cross_entropy(inputs["logits"], inputs["targets"].long(), ignore_index=-1)
    return layer_case({"layer": "cross_entropy", "ignore_index": -1}, inputs, {}, {"loss": loss})


def layer_cases():
    return {
        "linear": linear_case("linear", bias=True),
        "linear_no_bias": linear_case("linear_no_bias", bias=False),
        "embedding": embedding_case("embedding"),
        "layer_norm": layer_norm_case("layer_norm"),
        "layer_norm_shifted": layer_norm_case("layer_norm_shifted", shift=3.0),
        "cross_entropy": cross_entropy_case("cross_entropy"),
        "cross_entropy_ignored": cross_entropy_case("cross_entropy_ignored", ignored=6),
        "cross_entropy_large_logits": cross_entropy_case("cross_entropy_large_logits", ignored=2, scale=60.0),
    }


def attention_pooling_case(name, lengths, width):
    """u = tanh(W h + b), a = softmax(q . u) over each sequence's own steps, sum of a h (Yang et al. 2016)."""
    seed(name)
    steps, batch = max(lengths) + 1, len(lengths)
    inputs = {"x": leaf(steps, batch, H)}
    parameters = {"projection.weight": leaf(width, H), "projection.bias": leaf(width), "query": leaf(1, width)}
    u = torch.tanh(F.linear(inputs["x"], parameters["projection.weight"], parameters["projection.bias"]))
    beyond = torch.arange(steps)[:, None] >= torch.tensor(lengths)[None, :]
    scores = F.linear(u, parameters["query"])[..., 0].masked_fill(beyond, -math.inf)
    weights = torch.softmax(scores, 0)
    outputs = {"pooled": (weights[..., None] * inputs["x"]).sum(0), "weights": weights.T.contiguous()}
    return layer_case({"layer": "attention_pooling", "width": width}, inputs, parameters, outputs, lengths=lengths)


def attention_case(name, kind, lengths, query, memory, heads=1):
    """Attention of a query at every step to the states of the same sequence (Luong, Bahdanau or Vaswani)."""
    seed(name)
    steps, batch = max(lengths), len(lengths)
    inputs = {"queries": leaf(T, batch, query), "states": leaf(steps, batch, memory)}
    beyond = torch.arange(steps)[None, :] >= torch.tensor(lengths)[:, None]
    run = multihead_attention if kind == "multihead" else single_attention
    parameters, context, weights = run(kind, inputs["queries"], inputs["states"], beyond, heads)
    options = {"layer": "attention", "kind": kind, "heads": heads}
    return layer_case(options, inputs, parameters, {"context": context, "weights": weights}, lengths=lengths)


def single_attention(kind, queries, states, beyond, _):
    query, memory = queries.shape[-1], states.shape[-1]
    parameters = {}
    if kind == "additive":
        parameters = {"queries.weight": leaf(query, query), "keys.weight": leaf(query, memory), "keys.bias": leaf(query), "score": leaf(1, query)}
        keys = F.linear(states, parameters["keys.weight"], parameters["keys.bias"])
        sums = F.linear(queries, parameters["queries.weight"])[:, None] + keys[None]
        scores = F.linear(torch.tanh(sums), parameters["score"])[..., 0].permute(2, 0, 1)
    else:
        if kind == "general":
            parameters = {"keys.weight": leaf(query, memory)}
        keys = F.linear(states, parameters["keys.weight"]) if parameters else states
        scores = torch.einsum("tbd,sbd->bts", queries, keys)
    weights = torch.softmax(scores.masked_fill(beyond[:, None], -math.inf), -1)
    return parameters, torch.einsum("bts,sbm->tbm", weights, states), weights


def translation_case(name, **changes):
    """Computes the loss of three sentence pairs and the gradient of every weight."""
    seed(name)
    options = {**TRANSLATOR, **changes}
    model = Translator(options)
    lengths = {"source": [5, 2, 4], "target": [3, 6, 1]}
    ids = {side: torch.randint(0, options[f"{side}VocabSize"], (max(own), B)) for side, own in lengths.items()}
    steps = torch.tensor([t * B + b for b, length in enumerate(lengths["target"]) for t in range(length)])
    targets = torch.randint(0, options["targetVocabSize"], (len(steps),))
    scores = model(ids["source"], torch.tensor(lengths["source"]), ids["target"], steps)
    loss = F.cross_entropy(scores, targets, label_smoothing=0.1)
    parameters = dict(model.named_parameters())
    gradients = dict(zip(parameters, torch.autograd.grad(loss, list(parameters.values()))))
    return {
        "options": options,
        "lengths": lengths,
        "inputs": ids,
        "targets": targets,
        "parameters": snapshot(parameters),
        "outputs": {"loss": loss},
        "gradients": gradients,
    }


TRANSLATOR = {
    **{"cell": "lstm", "sourceVocabSize": 9, "targetVocabSize": 9, "joint": True, "embed": 4, "hidden": 6},
    **{"encoderHidden": 3, "layers": 1, "bridge": "dense", "attention": "general", "heads": 1, "inputFeeding": False},
    **{"tied": True, "shared": True, "dropout": 0, "inputDropout": 0, "maxTokens": 50},
}


def translation_cases():
    apart = {"joint": False, "shared": False, "sourceVocabSize": 7}
    cases = {
        "general": {},
        "dot_fed": {"attention": "dot", "inputFeeding": True},
        "additive": {"attention": "additive"},
        "gru_apart": {"cell": "gru", "layers": 2, "encoderHidden": 4, "tied": False, **apart},
        "rnn_without_attention": {"cell": "rnn", "attention": "none", **apart},
    }
    return {name: translation_case(f"translation_{name}", **changes) for name, changes in cases.items()}


def multihead_attention(_, queries, states, beyond, heads):
    """Runs nn.MultiheadAttention without the bias of the keys."""
    query, memory = queries.shape[-1], states.shape[-1]
    layer = nn.MultiheadAttention(query, heads, kdim=memory, vdim=memory)
    names = {"queries": "q_proj_weight", "keys": "k_proj_weight", "values": "v_proj_weight"}
    parameters = {f"{name}.weight": leaf(*getattr(layer, own).shape) for name, own in names.items()}
    biases = {name: leaf(query) for name in ["queries", "values", "output"]}
    parameters |= {"output.weight": leaf(query, query)} | {f"{name}.bias": bias for name, bias in biases.items()}
    context, weights = F.multi_head_attention_forward(
        queries, states, states, query, heads, None,
        torch.cat([biases["queries"], torch.zeros(query), biases["values"]]), None, None, False, 0.0,
        parameters["output.weight"], biases["output"], key_padding_mask=beyond, use_separate_proj_weight=True,
        **{own: parameters[f"{name}.weight"] for name, own in names.items()},
    )
    return parameters, context, weights


def attention_cases():
    return {
        "dot": attention_case("attention_dot", "dot", [4, 1, 6], H, H),
        "general": attention_case("attention_general", "general", [4, 1, 6], H, I),
        "additive": attention_case("attention_additive", "additive", [2, 5], I, H),
        "multihead": attention_case("attention_multihead", "multihead", [4, 1, 6], H, I, heads=3),
    }


def convolution_case(name, width, lengths=(5, 2, 4), pool=None, bias=True):
    """A Conv1d with padding "same" over each sequence alone; with a pool, relu and max_pool1d over its steps follow."""
    seed(name)
    module = nn.Conv1d(4, 6, width, padding="same", bias=bias)
    inputs = {"x": leaf(max(lengths) + 1, len(lengths), 4)}
    rows = []
    for b, length in enumerate(lengths):
        y = module(inputs["x"][:length, b].T)
        if pool:
            y = F.max_pool1d(F.relu(y)[None], pool, ceil_mode=True)[0]
        rows.append(y.T)
    steps = max(lengths) + 1 if pool is None else -(-(max(lengths) + 1) // pool)
    output = torch.stack([F.pad(row, (0, 0, 0, steps - len(row))) for row in rows], 1)
    options = {"layer": "convolution", "width": width, "bias": bias, "pool": pool}
    return layer_case(options, inputs, dict(module.named_parameters()), {"output": output}, lengths=list(lengths))


def picture_convolution_case(name, sizes, width, stride, padding, bias=True):
    """A Conv2d of pictures [N, H, W, C], whose channels are last."""
    seed(name)
    n, height, columns, channels = sizes
    module = nn.Conv2d(channels, 4, width, stride=stride, padding=padding, bias=bias)
    inputs = {"x": leaf(n, height, columns, channels)}
    output = module(inputs["x"].permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    options = {"layer": "picture_convolution", "width": width, "stride": stride, "padding": padding, "bias": bias}
    return layer_case(options, inputs, dict(module.named_parameters()), {"output": output})


def picture_convolution_cases():
    return {
        "strided": picture_convolution_case("picture_convolution_strided", (3, 7, 6, 2), 3, 2, 1),
        "dense": picture_convolution_case("picture_convolution_dense", (2, 4, 5, 3), 2, 1, 0),
        "no_bias": picture_convolution_case("picture_convolution_no_bias", (1, 5, 5, 1), 5, 3, 2, bias=False),
    }


def convolution_cases():
    return {
        "odd": convolution_case("convolution_odd", 3),
        "even": convolution_case("convolution_even", 4),
        "wide": convolution_case("convolution_wide", 9, lengths=(3, 1)),
        "no_bias": convolution_case("convolution_no_bias", 2, bias=False),
        "relu_and_pool": convolution_case("convolution_pool", 3, lengths=(7, 2, 5), pool=2),
    }


def steps_case(name, lengths, pool, **options):
    seed(name)
    inputs = {"x": leaf(max(lengths) + 1, len(lengths), H)}
    pooled = torch.stack([pool(inputs["x"][:length, b]) for b, length in enumerate(lengths)])
    return layer_case({"layer": name, **options}, inputs, {}, {"pooled": pooled}, lengths=lengths)


def pooling_cases():
    return {
        "attention": attention_pooling_case("attention_pooling", [5, 2, 1, 4], H),
        "attention_narrow": attention_pooling_case("attention_pooling_narrow", [3, 7], 3),
        "mean": steps_case("mean_steps", [4, 1, 5], lambda x: x.mean(0)),
        "max": steps_case("max_steps", [4, 1, 5], lambda x: x.max(0).values),
        "regions": steps_case(
            "max_of_regions", [4, 1, 7], lambda x: F.adaptive_max_pool1d(x.T, REGIONS).T, regions=REGIONS
        ),
    }


def smoothed_case(name, smoothing, weighted):
    seed(name)
    rows, classes = T * B, 7
    inputs = {"logits": leaf(rows, classes, scale=2.0), "targets": torch.randint(0, classes, (rows,)).int()}
    inputs["targets"][torch.randperm(rows)[:4]] = -1
    weights = torch.rand(classes) + 0.5 if weighted else None
    options = {"ignore_index": -1, "label_smoothing": smoothing}
    loss = F.cross_entropy(inputs["logits"], inputs["targets"].long(), weight=weights, **options)
    options["weight"] = weights
    return layer_case({"layer": "cross_entropy", **options}, inputs, {}, {"loss": loss})


def smoothed_cases():
    return {
        "smoothing": smoothed_case("cross_entropy_smoothing", 0.1, False),
        "weights": smoothed_case("cross_entropy_weights", 0.0, True),
        "smoothing_and_weights": smoothed_case("cross_entropy_smoothing_and_weights", 0.2, True),
    }


def binary_case(name, smoothing=0.0, weighted=False, scale=2.0):
    seed(name)
    rows, labels = T * B, 5
    inputs = {"logits": leaf(rows, labels, scale=scale), "targets": torch.randint(0, 2, (rows, labels)).int()}
    weight = torch.rand(labels) * 3 + 0.5 if weighted else None
    soft = inputs["targets"].float() * (1 - smoothing) + smoothing / 2
    loss = nn.BCEWithLogitsLoss(pos_weight=weight, reduction="sum")(inputs["logits"], soft) / rows
    options = {"layer": "binary_cross_entropy", "label_smoothing": smoothing, "pos_weight": weight}
    return layer_case(options, inputs, {}, {"loss": loss})


def binary_cases():
    return {
        "plain": binary_case("binary_cross_entropy"),
        "pos_weight": binary_case("binary_cross_entropy_pos_weight", weighted=True),
        "smoothing": binary_case("binary_cross_entropy_smoothing", smoothing=0.1),
        "large_logits": binary_case("binary_cross_entropy_large_logits", scale=60.0),
    }


# Optimizers, schedules, clipping

OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "rmsprop": torch.optim.RMSprop,
}


def optimizer_case(name, optimizer, **options):
    """A noisy quadratic: the gradient is curvature * (parameter - target) + noise."""
    seed(name)
    parameters = {"weight": leaf(3, 5), "bias": leaf(4)}
    targets = {key: torch.randn_like(value) for key, value in parameters.items()}
    curvatures = {key: torch.rand_like(value) * 2 for key, value in parameters.items()}
    initial, steps = snapshot(parameters), []
    stepper = OPTIMIZERS[optimizer](list(parameters.values()), **options)
    for _ in range(10):
        for key, value in parameters.items():
            noise = torch.randn_like(value) * 0.3
            value.grad = (curvatures[key] * (value - targets[key]) + noise).detach()
        gradients = {key: value.grad.clone() for key, value in parameters.items()}
        stepper.step()
        steps.append({"gradients": gradients, "parameters": snapshot(parameters)})
    return {"optimizer": optimizer, "options": options, "initial": initial, "steps": steps}


def optimizer_cases():
    variants = {
        "sgd": ("sgd", {"lr": 0.1}),
        "sgd_momentum": ("sgd", {"lr": 0.1, "momentum": 0.9}),
        "sgd_nesterov": ("sgd", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        "sgd_weight_decay": ("sgd", {"lr": 0.1, "weight_decay": 0.05}),
        "sgd_dampening": ("sgd", {"lr": 0.1, "momentum": 0.8, "dampening": 0.3}),
        "sgd_nesterov_weight_decay": (
            "sgd",
            {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        ),
        "adam": ("adam", {"lr": 0.05}),
        "adam_weight_decay": ("adam", {"lr": 0.05, "betas": [0.8, 0.95], "eps": 1e-6, "weight_decay": 0.1}),
        "adamw": ("adamw", {"lr": 0.05}),
        "adamw_weight_decay": ("adamw", {"lr": 0.05, "betas": [0.8, 0.95], "weight_decay": 0.2}),
        "rmsprop": ("rmsprop", {"lr": 0.02}),
        "rmsprop_momentum": ("rmsprop", {"lr": 0.02, "alpha": 0.9, "momentum": 0.9}),
        "rmsprop_centered": ("rmsprop", {"lr": 0.02, "alpha": 0.9, "centered": True}),
        "rmsprop_all": (
            "rmsprop",
            {"lr": 0.02, "alpha": 0.9, "eps": 1e-5, "momentum": 0.5, "centered": True, "weight_decay": 0.1},
        ),
    }
    return {name: optimizer_case(name, kind, **options) for name, (kind, options) in variants.items()}


def lazy_adam_case(name, **options):
    seed(name)
    table = nn.Embedding(7, 3, sparse=True)
    optimizer = torch.optim.SparseAdam(table.parameters(), **options)
    initial = table.weight.detach().clone()
    steps = []
    for ids in [[0, 3, 3], [3], [1, 5, 0, 5], [2, 3], [0]]:
        slopes = torch.randn(len(ids), 3)
        optimizer.zero_grad()
        (table(torch.tensor(ids)) * slopes).sum().backward()
        optimizer.step()
        steps.append({"ids": ids, "slopes": slopes, "table": table.weight.detach().clone()})
    return {"options": options, "initial": initial, "steps": steps}


def lazy_adam_cases():
    variants = {
        "lazy_adam": {"lr": 0.05},
        "lazy_adam_betas": {"lr": 0.02, "betas": [0.8, 0.95], "eps": 1e-6},
    }
    return {name: lazy_adam_case(name, **options) for name, options in variants.items()}


def torch_rates(make, lr, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, rates = make(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def cosine_rate(step, lr, warmup, total, min_lr):
    if step < warmup:
        return lr * (step + 1) / warmup
    progress = min(1, (step - warmup) / (total - warmup))
    return min_lr + (lr - min_lr) * (1 + math.cos(math.pi * progress)) / 2


def cosine_case(steps, **options):
    rates = [cosine_rate(step, **options) for step in range(steps)]
    if options["warmup"] == 0:
        schedulers = torch.optim.lr_scheduler
        expected = torch_rates(
            lambda o: schedulers.CosineAnnealingLR(o, options["total"], options["min_lr"]),
            options["lr"],
            options["total"],
        )
        np.testing.assert_allclose(rates[: options["total"]], expected, rtol=1e-12, atol=1e-15)
    return {"schedule": "cosine", "options": options, "rates": rates}


def linear_decay_case(steps, lr, total, end):
    rates = torch_rates(lambda o: torch.optim.lr_scheduler.LinearLR(o, 1.0, end, total), lr, steps)
    return {"schedule": "linear", "options": {"lr": lr, "total": total, "end": end}, "rates": rates}


def one_cycle_case(lr, total, **options):
    # PyTorch raises if the schedule is stepped more than total times, so the last step is not followed by another.
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total, cycle_momentum=False, **options), []
    for step in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < total - 1:
            scheduler.step()
    return {"schedule": "one_cycle", "options": {"lr": lr, "total": total, **options}, "rates": rates}


def plateau_case(metrics, lr, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, rates = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options), []
    for metric in metrics:
        scheduler.step(metric)
        rates.append(optimizer.param_groups[0]["lr"])
    return {
        "schedule": "reduce_on_plateau",
        "options": {"lr": lr, **options},
        "metrics": metrics,
        "rates": rates,
    }


def schedule_cases():
    schedulers = torch.optim.lr_scheduler
    losses = [5, 4, 3.5, 3.6, 3.55, 3.5, 3.4999, 3.5, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.1, 3.2, 3.2, 3.2, 3.2, 3.2, 3.2]
    plateau = {"threshold_mode": "rel", "mode": "min"}
    return {
        "step": {
            "schedule": "step",
            "options": {"lr": 0.5, "step_size": 4, "gamma": 0.3},
            "rates": torch_rates(lambda o: schedulers.StepLR(o, 4, 0.3), 0.5, 20),
        },
        "exponential": {
            "schedule": "exponential",
            "options": {"lr": 0.5, "gamma": 0.9},
            "rates": torch_rates(lambda o: schedulers.ExponentialLR(o, 0.9), 0.5, 20),
        },
        "cosine": cosine_case(25, lr=0.4, warmup=0, total=20, min_lr=0.01),
        "cosine_warmup": cosine_case(25, lr=0.4, warmup=5, total=20, min_lr=0.0),
        "linear": linear_decay_case(25, lr=0.4, total=20, end=0.05),
        "one_cycle": one_cycle_case(lr=0.4, total=20, pct_start=0.3, div_factor=25, final_div_factor=1e4),
        "one_cycle_late": one_cycle_case(lr=0.4, total=13, pct_start=0.7, div_factor=5, final_div_factor=2),
        "reduce_on_plateau": plateau_case(
            losses, 1.0, factor=0.5, patience=2, threshold=1e-3, cooldown=0, min_lr=0.0, **plateau
        ),
        "reduce_on_plateau_cooldown": plateau_case(
            losses, 1.0, factor=0.1, patience=1, threshold=1e-2, cooldown=2, min_lr=0.005, **plateau
        ),
        "reduce_on_plateau_every_epoch": plateau_case(
            losses, 1.0, factor=0.5, patience=0, threshold=1e-4, cooldown=0, min_lr=0.1, **plateau
        ),
    }


def clipping_case(name, clip, limit):
    seed(name)
    parameters = {"weight": leaf(3, 5), "bias": leaf(4)}
    for value in parameters.values():
        value.grad = torch.randn_like(value)
    case = {"clip": clip, "limit": limit, "gradients": {key: value.grad.clone() for key, value in parameters.items()}}
    if clip == "norm":
        case["norm"] = nn.utils.clip_grad_norm_(parameters.values(), limit).item()
    else:
        nn.utils.clip_grad_value_(parameters.values(), limit)
    return {**case, "clipped": {key: value.grad for key, value in parameters.items()}}


def clipping_cases():
    return {
        "norm": clipping_case("norm", "norm", 0.5),
        "norm_within": clipping_case("norm_within", "norm", 50.0),
        "value": clipping_case("value", "value", 0.5),
    }


# Loss curves

FORMULA = "ids[p][b] = (p * p + floor(p / 3) + 3 * b) % 10"


class CharLanguageModel(nn.Module):
    def __init__(self, cell, vocabulary, embed, hidden):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embed)
        self.rnn = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell](embed, hidden)
        self.decoder = nn.Linear(hidden, vocabulary)

    def forward(self, ids, state):
        output, state = self.rnn(self.embedding(ids), state)
        return self.decoder(output), state


def detach(state):
    return tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()


def train(model, ids, options, optimizer, lr, clip):
    stepper = OPTIMIZERS[optimizer](model.parameters(), lr=lr)
    state, losses = None, []
    for step in range(options["steps"]):
        begin, end = step * options["T"], (step + 1) * options["T"]
        stepper.zero_grad()
        logits, state = model(ids[begin:end], state)
        state = detach(state)
        loss = F.cross_entropy(logits.flatten(0, 1), ids[begin + 1 : end + 1].flatten().long())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        stepper.step()
        losses.append(loss.item())
    final = snapshot(dict(model.named_parameters()))
    return {"optimizer": optimizer, "lr": lr, "clip": clip, "losses": losses, "final": final}


def loss_curve(cell):
    options = {"V": 10, "B": 4, "T": 8, "embed": 12, "hidden": 16, "steps": 50}
    positions = torch.arange(options["steps"] * options["T"] + 1)[:, None]
    ids = ((positions * positions + positions // 3 + 3 * torch.arange(options["B"])) % 10).int()
    seed(f"loss_curve/{cell}")
    model = CharLanguageModel(cell, options["V"], options["embed"], options["hidden"])
    initial = snapshot(model.state_dict())
    runs = {}
    for optimizer, lr, clip in [("sgd", 0.5, 0.25), ("adam", 0.01, 1.0)]:
        model.load_state_dict(initial)
        runs[optimizer] = train(model, ids, options, optimizer, lr, clip)
    return {"options": options, "formula": FORMULA, "ids": ids, "initial": initial, "runs": runs}


def output_loss_case(name, classes, bias=True, smoothing=0.0, weighted=False):
    seed(name)
    inputs = {"x": leaf(T, B, H), "targets": torch.randint(0, classes, (T * B,)).int()}
    inputs["targets"][torch.randperm(T * B)[:3]] = -1
    parameters = {"weight": leaf(classes, H), **({"bias": leaf(classes)} if bias else {})}
    weights = torch.rand(classes) + 0.5 if weighted else None
    options = {"ignore_index": -1, "label_smoothing": smoothing}
    logits = F.linear(inputs["x"].flatten(0, 1), parameters["weight"], parameters.get("bias"))
    loss = F.cross_entropy(logits, inputs["targets"].long(), weight=weights, **options)
    options["weight"] = weights
    return layer_case({"layer": "output_loss", **options}, inputs, parameters, {"loss": loss})


def output_loss_cases():
    return {
        "plain": output_loss_case("output_loss", 65),
        "no_bias": output_loss_case("output_loss_no_bias", 9, bias=False),
        "smoothing_and_weights": output_loss_case("output_loss_smoothing", 13, smoothing=0.1, weighted=True),
    }


def sampled_softmax_case(name, classes, sample, bias=True):
    seed(name)
    chosen = torch.randperm(classes)[:sample].sort().values
    inputs = {"x": leaf(T, B, H), "targets": torch.randint(0, sample, (T * B,)).int()}
    inputs["targets"][torch.randperm(T * B)[:3]] = -1
    parameters = {"weight": leaf(classes, H), **({"bias": leaf(classes)} if bias else {})}
    shifts = -torch.rand(sample).clamp(min=0.05).log()
    own = parameters["bias"][chosen] if bias else None
    logits = F.linear(inputs["x"].flatten(0, 1), parameters["weight"][chosen], own) + shifts
    loss = F.cross_entropy(logits, inputs["targets"].long(), ignore_index=-1)
    options = {"layer": "sampled_softmax", "classes": chosen.int(), "shifts": shifts}
    return layer_case(options, inputs, parameters, {"loss": loss})


def sampled_softmax_cases():
    return {
        "a_fifth": sampled_softmax_case("sampled_softmax", 65, 13),
        "no_bias": sampled_softmax_case("sampled_softmax_no_bias", 21, 8, bias=False),
    }


def adaptive_softmax_case(name, features, classes, cutoffs, div_value=4.0, head_bias=False):
    seed(name)
    options = {"cutoffs": cutoffs, "div_value": div_value, "head_bias": head_bias}
    module = nn.AdaptiveLogSoftmaxWithLoss(features, classes, **options)
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.7)
    bounds = [0, *cutoffs, classes]
    targets = torch.cat([torch.randint(low, high, (5,)) for low, high in zip(bounds, bounds[1:])])
    targets = targets[torch.randperm(len(targets))]
    inputs = {"x": leaf(len(targets), features), "targets": targets.int()}
    scores, loss = module(inputs["x"], targets)
    outputs = {"loss": loss, "log_probabilities": module.log_prob(inputs["x"])}
    options = {"layer": "adaptive_softmax", "in_features": features, "n_classes": classes, **options}
    extra = {"scores": scores, "predicted": module.predict(inputs["x"]).int()}
    return layer_case(options, inputs, dict(module.named_parameters()), outputs, **extra)


def adaptive_softmax_cases():
    return {
        "one_cluster": adaptive_softmax_case("adaptive_softmax_one", 8, 13, [6]),
        "three_clusters": adaptive_softmax_case("adaptive_softmax_three", 32, 60, [5, 6, 21], div_value=2.0),
        "head_bias": adaptive_softmax_case("adaptive_softmax_bias", 16, 30, [4, 12], head_bias=True),
    }


def log_softmax_case(name, classes, scale=1.0):
    seed(name)
    inputs = {"x": leaf(T, B, classes, scale=scale)}
    return layer_case({"layer": "log_softmax"}, inputs, {}, {"output": F.log_softmax(inputs["x"], -1)})


def log_softmax_cases():
    return {
        "plain": log_softmax_case("log_softmax", 9),
        "large_logits": log_softmax_case("log_softmax_large", 5, scale=60.0),
    }


def ctc_loss_case(name, classes, lengths, labels, blank=0, zero_infinity=False):
    seed(name)
    inputs = {"x": leaf(max(lengths), len(lengths), classes, scale=2.0)}
    sizes = torch.tensor([len(own) for own in labels])
    targets = torch.tensor([label for own in labels for label in own], dtype=torch.long)
    logs = F.log_softmax(inputs["x"], -1)
    loss = F.ctc_loss(logs, targets, torch.tensor(lengths), sizes, blank, "none", zero_infinity)
    options = {"layer": "ctc_loss", "blank": blank, "zero_infinity": zero_infinity, "labels": labels}
    if loss.isfinite().all():
        return layer_case(options, inputs, {}, {"loss": loss}, lengths=lengths)
    return {"options": options, "lengths": lengths, "inputs": inputs, "losses": [v if math.isfinite(v) else None for v in loss.tolist()]}


def ctc_loss_cases():
    return {
        "ragged": ctc_loss_case("ctc_ragged", 6, [7, 12, 1, 9], [[1, 2, 3], [5, 4, 5, 1], [2], [3, 1]]),
        "repeated": ctc_loss_case("ctc_repeated", 4, [6, 5, 11], [[1, 1, 1], [2, 2, 3], [1, 2, 2, 2, 1, 1]]),
        "last_blank": ctc_loss_case("ctc_last_blank", 5, [8, 4], [[0, 0, 3], [1]], blank=4),
        "empty_labels": ctc_loss_case("ctc_empty", 3, [5, 4, 6], [[], [2], []]),
        "impossible": ctc_loss_case("ctc_impossible", 4, [3, 2, 4], [[1, 1, 2], [1, 1], [1, 2]]),
        "zero_infinity": ctc_loss_case("ctc_impossible", 4, [3, 2, 4], [[1, 1, 2], [1, 1], [1, 2]], zero_infinity=True),
        "long": ctc_loss_case("ctc_long", 9, [70, 41], [[(k * k) % 8 + 1 for k in range(25)], [3] * 15]),
    }

# Losses of forecasts, in double precision


def normal_loss(outputs, value, scale):
    return -torch.distributions.Normal(outputs[0], outputs[1].exp()).log_prob(value)


def student_t_loss(outputs, value, scale):
    return -torch.distributions.StudentT(4 + outputs[2].exp(), outputs[0], outputs[1].exp()).log_prob(value)


def negative_binomial_loss(outputs, value, scale):
    mean = scale * (F.softplus(outputs[0], beta=4) + 1e-4)
    size = (-outputs[1]).exp()
    counts = torch.distributions.NegativeBinomial(size, logits=(mean / size).log())
    return -counts.log_prob((value * scale).round())


def quantiles_loss(point, levels):
    """The distances of the quantiles learn from the errors of the center, which learns from the point loss alone."""
    units = torch.distributions.Normal(0.0, 1.0).icdf(torch.tensor(levels, dtype=torch.float64))

    def loss(outputs, value, scale):
        errors = value - outputs[0].detach() - units * outputs[1:].exp()
        probabilities = torch.tensor(levels, dtype=torch.float64)
        pinball = torch.maximum(probabilities * errors, (probabilities - 1) * errors)
        return point(outputs[0], value) + 2 * pinball.mean()

    return loss


def forecast_loss_case(name, size, loss, scale=2.5):
    seed(name)
    outputs = torch.randn(6, size, dtype=torch.float64)
    values = (torch.tensor([0, 1, 3, 4, 7, 12], dtype=torch.float64) / scale).tolist()
    rows = [row.clone().requires_grad_() for row in outputs]
    losses = [loss(row, torch.tensor(value, dtype=torch.float64), scale) for row, value in zip(rows, values)]
    slopes = [torch.autograd.grad(each, row)[0].tolist() for each, row in zip(losses, rows)]
    return {
        "scale": scale,
        "outputs": outputs.tolist(),
        "values": values,
        "losses": [each.item() for each in losses],
        "slopes": slopes,
    }


def forecast_loss_cases():
    levels = [0.05, 0.1, 0.25, 0.75, 0.9, 0.95]
    points = {"mae": F.l1_loss, "mse": F.mse_loss, "huber": F.huber_loss}
    return {
        **{f"quantiles_{name}": forecast_loss_case(name, 7, quantiles_loss(points[name], levels)) for name in points},
        "normal": forecast_loss_case("normal", 2, normal_loss),
        "student-t": forecast_loss_case("student-t", 3, student_t_loss),
        "negative-binomial": forecast_loss_case("negative-binomial", 2, negative_binomial_loss),
    }



def main():
    torch.set_num_threads(1)
    for family in ["rnn_tanh", "rnn_relu", "lstm", "gru", "qrnn", "sru", "mingru", "mogrifier", "chogru"]:
        write(family, recurrent_cases(family))
    write("weight_dropout", {family: weight_dropout_case(family) for family in ["rnn_tanh", "lstm", "gru"]})
    write("layers", layer_cases())
    write("convolution", convolution_cases())
    write("picture_convolution", picture_convolution_cases())
    write("pooling", pooling_cases())
    write("attention", attention_cases())
    write("translation", translation_cases())
    write("smoothed_cross_entropy", smoothed_cases())
    write("binary_cross_entropy", binary_cases())
    write("output_loss", output_loss_cases())
    write("sampled_softmax", sampled_softmax_cases())
    write("adaptive_softmax", adaptive_softmax_cases())
    write("log_softmax", log_softmax_cases())
    write("ctc_loss", ctc_loss_cases())
    write("forecast_losses", forecast_loss_cases())
    write("optimizers", optimizer_cases())
    write("lazy_adam", lazy_adam_cases())
    write("schedules", schedule_cases())
    write("clipping", clipping_cases())
    for cell in ["lstm", "gru", "rnn"]:
        write(f"loss_curve_{cell}", loss_curve(cell))


if __name__ == "__main__":
    main()
