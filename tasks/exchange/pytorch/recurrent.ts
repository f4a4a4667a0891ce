import { InputRangeError } from "../../../errors.ts";
import type { Cell, Recurrent } from "../../../src/nn/mod.ts";
import { indent, type PythonLayer } from "./python.ts";

/** The modules of PyTorch. */
const MODULES: Partial<Record<Cell, string>> = { rnn: "nn.RNN", lstm: "nn.LSTM", gru: "nn.GRU" };

/** A cell that PyTorch lacks: its parameters, number of states, and a step in Python. */
interface OwnCell {
  readonly names: readonly string[];
  readonly states: number;
  readonly step: readonly string[];
}

/** The cells that are written out. `step` returns the output and the states after it. */
const OWN: Partial<Record<string, OwnCell>> = {
  qrnn: {
    names: ["weight_ih", "bias_ih"],
    states: 1,
    step: [
      "def step(p, x, c, before=None):",
      '    """A step of a quasi-recurrent network (Bradbury et al. 2017); the first layer reads the input before, too."""',
      "    pair = x if before is None else torch.cat([before, x], 1)",
      "    z, f, o = F.linear(pair, p.weight_ih, p.bias_ih).chunk(3, 1)",
      "    z, f, o = torch.tanh(z), torch.sigmoid(f), torch.sigmoid(o)",
      "    c = z + f * (c - z)",
      "    return (o * c, c) if before is None else (o * c, c, x)",
    ],
  },
  sru: {
    names: ["weight_ih", "weight_c", "bias_ih"],
    states: 1,
    step: [
      "def step(p, x, c):",
      '    """A step of a simple recurrent unit (Lei et al. 2018)."""',
      "    u, f, r, *skip = F.linear(x, p.weight_ih).split(c.shape[1], 1)",
      "    (vf, vr), (bf, br) = p.weight_c.chunk(2), p.bias_ih.chunk(2)",
      "    f, r = torch.sigmoid(f + vf * c + bf), torch.sigmoid(r + vr * c + br)",
      "    skip = skip[0] if skip else 3 ** 0.5 * x",
      "    c = u + f * (c - u)",
      "    return skip + r * (c - skip), c",
    ],
  },
  mingru: {
    names: ["weight_ih", "bias_ih"],
    states: 1,
    step: [
      "def step(p, x, h):",
      '    """A step of a minGRU (Feng et al. 2024)."""',
      "    z, n = F.linear(x, p.weight_ih, p.bias_ih).chunk(2, 1)",
      "    n = torch.where(n >= 0, n + 0.5, torch.sigmoid(n))",
      "    h = h + torch.sigmoid(z) * (n - h)",
      "    return h, h",
    ],
  },
  chogru: {
    names: ["weight_ih", "weight_hh", "bias_ih", "bias_hh"],
    states: 1,
    step: [
      "def step(p, x, h):",
      '    """A step of a GRU whose reset gate comes before the recurrent product (Cho et al. 2014)."""',
      "    H = h.shape[1]",
      "    inputs = F.linear(x, p.weight_ih, p.bias_ih)",
      "    gates = inputs[:, : 2 * H] + F.linear(h, p.weight_hh[: 2 * H], p.bias_hh[: 2 * H])",
      "    r, z = torch.sigmoid(gates).chunk(2, 1)",
      "    n = torch.tanh(inputs[:, 2 * H :] + F.linear(r * h, p.weight_hh[2 * H :], p.bias_hh[2 * H :]))",
      "    h = n + z * (h - n)",
      "    return h, h",
    ],
  },
  mogrifier: {
    names: ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_q", "weight_r"],
    states: 2,
    step: [
      "def step(p, x, h, c):",
      '    """A step of a Mogrifier LSTM (Melis et al. 2020)."""',
      "    scale_x = p.weight_q.split(x.shape[1]) if p.weight_q is not None else ()",
      "    scale_h = p.weight_r.split(h.shape[1]) if p.weight_r is not None else ()",
      "    for i, q in enumerate(scale_x):",
      "        x = 2 * torch.sigmoid(F.linear(h, q)) * x",
      "        if i < len(scale_h):",
      "            h = 2 * torch.sigmoid(F.linear(x, scale_h[i])) * h",
      "    gates = F.linear(x, p.weight_ih, p.bias_ih) + F.linear(h, p.weight_hh, p.bias_hh)",
      "    i, f, g, o = gates.chunk(4, 1)",
      "    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)",
      "    h = torch.sigmoid(o) * torch.tanh(c)",
      "    return h, h, c",
    ],
  },
};

/** The class that runs steps of a cell that PyTorch lacks. */
function ownClass({ names, states, step }: OwnCell, isQrnn: boolean): string[] {
  return [
    ...step,
    "",
    "",
    "class Recurrent(nn.Module):",
    '    """Stacked layers of that step, in one or two directions; outputs beyond a sequence\'s length are zeros."""',
    "",
    "    def __init__(self, hidden, directions, shapes):",
    "        super().__init__()",
    "        self.hidden, self.directions = hidden, directions",
    "        for name, shape in shapes.items():",
    "            self.register_parameter(name, nn.Parameter(torch.empty(shape)))",
    "",
    "    def forward(self, x, state=None, lengths=None):",
    "        T, B, _ = x.shape",
    "        lengths = torch.full((B,), T) if lengths is None else lengths",
    "        after = []",
    "        for layer, size in enumerate(self.hidden):",
    "            outputs = []",
    "            for back in range(self.directions):",
    '                suffix = f"_l{layer}" + "_reverse" * back',
    `                p = SimpleNamespace(**{n: getattr(self, n + suffix, None) for n in ${JSON.stringify(names)}})`,
    `                states = [x.new_zeros(B, size)] * ${states}`,
    ...isQrnn
      ? [
        "                if layer == 0:",
        "                    states = states + [torch.zeros_like(x[0])]",
      ]
      : [],
    "                states = states if state is None else state[len(after)]",
    "                output = x.new_zeros(T, B, size)",
    "                for t in reversed(range(T)) if back else range(T):",
    "                    inside = (t < lengths)[:, None]",
    "                    y, *new = step(p, x[t], *states)",
    "                    states = [torch.where(inside, n, s) for n, s in zip(new, states)]",
    "                    output[t] = torch.where(inside, y, output[t])",
    "                outputs.append(output)",
    "                after.append(states)",
    "            x = torch.cat(outputs, 2)",
    "        return x, after",
  ];
}

/** Recurrent layers in Python. */
export interface PythonRecurrent extends PythonLayer {
  /** Whether the layers are written out, not a module of PyTorch. */
  readonly isOwn: boolean;
  /** Number of states of a layer. */
  readonly states: number;
}

/** Writes recurrent layers of equal sizes in Python. Throws `RangeError` for a cell that cannot be written. */
export function pythonRecurrent(cell: Cell, layers: Recurrent): PythonRecurrent {
  const { input, hiddenSizes, directions } = layers;
  const module = MODULES[cell];
  if (module && new Set(hiddenSizes).size === 1) {
    const depth = hiddenSizes.length > 1 ? `, num_layers=${hiddenSizes.length}` : "";
    const both = directions === 2 ? ", bidirectional=True" : "";
    const make = `${module}(${input}, ${hiddenSizes[0]}${depth}${both})`;
    return { make: [make], definitions: [], isOwn: false, states: cell === "lstm" ? 2 : 1 };
  }
  const own = OWN[cell];
  if (!own) {
    throw new InputRangeError(`export to PyTorch: expected a cell of PyTorch or one of ${known()}, found ${cell}`);
  }
  const shapes = [...layers.namedParameters()].map(([name, { shape }]) => `"${name}": (${shape.join(", ")},),`);
  return {
    make: [`Recurrent([${hiddenSizes.join(", ")}], ${directions}, {`, ...indent(shapes), "})"],
    definitions: ownClass(own, cell === "qrnn"),
    isOwn: true,
    states: own.states,
  };
}

function known(): string {
  return Object.keys(OWN).join(", ");
}

/** The function that runs layers over sequences of unequal lengths. */
export function runFunction(isOwn: boolean): string[] {
  return [
    "def run(rnn, x, lengths):",
    '    """Runs recurrent layers over sequences [T, B, I]; outputs beyond their lengths are zeros."""',
    ...isOwn ? ["    return rnn(x, lengths=lengths)"] : [
      "    packed = nn.utils.rnn.pack_padded_sequence(x, lengths.cpu(), enforce_sorted=False)",
      "    output, state = rnn(packed)",
      "    return nn.utils.rnn.pad_packed_sequence(output, total_length=len(x))[0], state",
    ],
  ];
}
