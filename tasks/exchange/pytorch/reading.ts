// What classifiers share: a convolution over time, and the pooling of states to one vector.

import type { AttentionPooling, Convolution } from "../../../src/nn/mod.ts";
import type { Pooling } from "../../labels/mod.ts";
import { moduleClass } from "./python.ts";

/** The function that applies a convolution over time. */
export function convolveFunction(): string[] {
  return [
    "def convolve(layer, x, lengths, window):",
    '    """Applies a convolution over time [T, B, E], ReLU and max pooling over windows of steps, without padding."""',
    "    inside = (torch.arange(len(x))[:, None] < lengths)[..., None]",
    "    x = F.relu(layer((x * inside).permute(1, 2, 0))).permute(2, 0, 1) * inside",
    "    x = F.pad(x, (0, 0, 0, 0, 0, -len(x) % window))",
    "    return x.unflatten(0, (-1, window)).amax(1), -(-lengths // window)",
  ];
}

/** The expression that makes a convolution over time. */
export function makeConvolution({ weight }: Convolution): string {
  const [filters, input, width] = weight.shape;
  return `nn.Conv1d(${input}, ${filters}, ${width}, padding="same")`;
}

/** The class of attention pooling. */
export function attentionPoolingClass({ query, projection }: AttentionPooling): string[] {
  const [width, input] = projection.weight.shape;
  return moduleClass("AttentionPooling", {
    summary: "A mean of states, weighted by attention (Yang et al. 2016).",
    layers: [
      `self.projection = nn.Linear(${input}, ${width})`,
      `self.query = nn.Parameter(torch.empty(${query.shape.join(", ")}))`,
    ],
    methods: [[
      "def forward(self, states, inside):",
      "    scores = F.linear(torch.tanh(self.projection(states)), self.query)",
      '    weights = scores.masked_fill(~inside, float("-inf")).softmax(0)',
      "    return (states * weights).sum(0)",
    ]],
  });
}

/** The function that pools states `[T, B, D H]`, and the maxima of a number of regions beside them. */
export function poolFunction(pooling: Pooling, directions: number, regions: number | null = null): string[] {
  const all = pooling === "concat";
  const results = {
    last: directions === 1 ? ["ends"] : ["torch.cat([ends[:, :half], states[0, :, half:]], 1)"],
    mean: ["states.sum(0) / lengths[:, None]"],
    max: ['states.masked_fill(~inside, float("-inf")).amax(0)'],
    attention: ["attention(states, inside)"],
  };
  const maxima = `F.adaptive_max_pool1d(states[:n, i].T, ${regions}).T.flatten()`;
  const chosen = [
    ...all ? Object.values(results).flat() : results[pooling],
    ...regions ? [`torch.stack([${maxima} for i, n in enumerate(lengths)])`] : [],
  ];
  const needsLast = all || pooling === "last";
  const needsInside = all || pooling === "max" || pooling === "attention";
  return [
    "def pool(states, lengths, attention=None):",
    '    """Pools states [T, B, H] to one vector for each sequence."""',
    ...needsInside ? ["    inside = (torch.arange(len(states))[:, None] < lengths)[..., None]"] : [],
    ...needsLast ? ["    ends = states[lengths - 1, torch.arange(len(lengths))]"] : [],
    ...needsLast && directions === 2 ? ["    half = states.shape[2] // 2"] : [],
    ...chosen.length === 1 ? [`    return ${chosen[0]}`] : [
      "    vectors = [",
      ...chosen.map((vector) => `        ${vector},`),
      "    ]",
      "    return torch.cat(vectors, 1)",
    ],
  ];
}
