import { type Attention, parameterArrays } from "../../../src/nn/mod.ts";
import type { TranslatorConfig, TranslatorNetwork } from "../../translation/mod.ts";
import { assign, indent, moduleClass, type PythonModel } from "./python.ts";
import { type PythonRecurrent, pythonRecurrent, runFunction } from "./recurrent.ts";

/** Writes a translator in Python. */
export function translator(config: TranslatorConfig, network: TranslatorNetwork): PythonModel {
  const [encoder, decoder] = [network.encoder, network.decoder].map((layers) => pythonRecurrent(config.cell, layers));
  const { attention, vocabulary } = network;
  const arrays = parameterArrays(network).map((array) => ({
    ...array,
    name: array.name.replace(/^cellBridge/, "cell_bridge"),
  }));
  const weight = config.shared ? "source.weight" : "target.weight";
  const shared = arrays.find(({ name }) => name === weight)!;
  return {
    summary: `A translator: ids of source and target symbols to the logits of the next target symbols.\n\n` +
      `A target sentence begins with the id ${vocabulary - 1}, which also ends it.`,
    definitions: [
      ...encoder.definitions.length > 0 ? [encoder.definitions] : [],
      runFunction(encoder.isOwn),
      ...attention ? [attentionClass(attention, config)] : [],
      modelClass(config, network, { encoder, decoder }),
    ],
    tensors: [
      ...arrays,
      ...config.shared ? [{ ...shared, name: "target.weight" }] : [],
      ...config.tied ? [{ ...shared, name: "output.weight" }] : [],
    ],
  };
}

function modelClass(
  config: TranslatorConfig,
  network: TranslatorNetwork,
  { encoder, decoder }: { readonly encoder: PythonRecurrent; readonly decoder: PythonRecurrent },
): string[] {
  const { embed, hidden, encoderHidden, layers } = config;
  const { source, target, attention, readout, output } = network;
  const bridge = `nn.ModuleList(nn.Linear(${2 * encoderHidden}, ${hidden}) for _ in range(${layers}))`;
  const embedding = (shape: readonly number[]): string => `nn.Embedding(${shape.join(", ")})`;
  return moduleClass("Model", {
    summary: "A bidirectional encoder, and a decoder that attends to it (Luong et al. 2015).",
    layers: [
      `self.source = ${embedding(source.weight.shape)}`,
      `self.target = ${config.shared ? "self.source" : embedding(target.weight.shape)}`,
      ...assign("self.encoder", encoder.make),
      ...network.bridge.length > 0 ? [`self.bridge = ${bridge}`] : [],
      ...network.cellBridge.length > 0 ? [`self.cell_bridge = ${bridge}`] : [],
      ...assign("self.decoder", decoder.make),
      ...attention ? ["self.attention = Attention()"] : [],
      `self.readout = nn.Linear(${readout.weight.shape[1]}, ${embed})`,
      `self.output = nn.Linear(${embed}, ${output.weight.shape[0]})`,
      ...config.tied ? ["self.output.weight = self.target.weight"] : [],
    ],
    methods: [
      encodeMethod(config, network, decoder),
      decodeMethod(config, attention !== undefined),
      [
        "def forward(self, ids, lengths, target):",
        '    """Maps source ids [S, B] of the given lengths [B] and target ids [T, B] to logits [T, B, V]."""',
        "    return self.decode(target, *self.encode(ids, lengths), lengths)",
      ],
    ],
  });
}

function encodeMethod(config: TranslatorConfig, network: TranslatorNetwork, decoder: PythonRecurrent): string[] {
  const { layers, hidden, bridge } = config;
  const { isOwn, states } = decoder;
  // States of written-out layers are lists, those of modules tensors, of which an LSTM has two.
  const parts = isOwn
    ? [`torch.stack([s[0] for s in state])`, `torch.stack([s[1] for s in state])`]
    : states === 2
    ? ["state[0]", "state[1]"]
    : ["state"];
  const begin = (part: string, layer: string, wrap: (text: string) => string): string =>
    bridge === "zero"
      ? `${part}.new_zeros(${layers}, ${part}.shape[1], ${hidden})`
      : `torch.stack([${
        wrap(bridge === "copy" ? "both" : `${layer}[i](both)`)
      } for i, both in enumerate(joined(${part}))])`;
  const isDense = bridge === "dense";
  const h = begin(parts[0], "self.bridge", (text) => isDense ? `torch.tanh(${text})` : text);
  const c = states === 2 ? begin(parts[1], "self.cell_bridge", (text) => text) : undefined;
  const inputs = network.decoder.input;
  const own = config.cell === "qrnn"
    ? [`state = [[s, h.new_zeros(h.shape[1], ${inputs})] if i == 0 else [s] for i, s in enumerate(h)]`]
    : [`state = [list(s) for s in zip(${c ? "h, c" : "h"})]`];
  return [
    "def encode(self, ids, lengths):",
    '    """Returns the states to attend to [S, B, M], and the decoder\'s first state."""',
    "    memory, state = run(self.encoder, self.source(ids), lengths)",
    ...bridge === "zero" ? [] : [
      "    def joined(s):",
      "        return s.unflatten(0, (-1, 2)).transpose(1, 2).flatten(2)",
    ],
    `    h = ${h}`,
    ...c ? [`    c = ${c}`] : [],
    ...indent(isOwn ? own : [`state = ${c ? "(h, c)" : "h"}`]),
    "    return memory, state",
  ];
}

function decodeMethod({ inputFeeding, embed }: TranslatorConfig, attends: boolean): string[] {
  const read = attends
    ? [
      "states, state = self.decoder(x, state)",
      "context = self.attention(states, memory, lengths)",
      "readout = torch.tanh(self.readout(torch.cat([states, context], 2)))",
    ]
    : ["states, state = self.decoder(x, state)", "readout = torch.tanh(self.readout(states))"];
  return [
    "def decode(self, target, memory, state, lengths):",
    "    x = self.target(target)",
    ...inputFeeding
      ? [
        `    readouts, feed = [], x.new_zeros(1, x.shape[1], ${embed})`,
        "    for step in x.split(1):",
        "        x = torch.cat([step, feed], 2)",
        ...indent(read, 2),
        "        feed = readout",
        "        readouts.append(readout)",
        "    return self.output(torch.cat(readouts))",
      ]
      : [...indent(read), "    return self.output(readout)"],
  ];
}

/** The class of an attention. */
function attentionClass({ kind, queries, keys, values, output, score }: Attention, config: TranslatorConfig): string[] {
  const linear = (name: string, layer: typeof queries): string[] => {
    if (!layer) return [];
    const [rows, columns] = layer.weight.shape;
    return [`self.${name} = nn.Linear(${columns}, ${rows}${layer.bias ? "" : ", bias=False"})`];
  };
  const query = queries ? "self.queries(queries)" : "queries";
  const key = keys ? "self.keys(memory)" : "memory";
  const hasHeads = kind === "multihead";
  const heads = hasHeads ? config.heads : 1;
  const scores = score
    ? [
      `q, k = ${query}[:, None], ${key}[None]`,
      "scores = F.linear(torch.tanh(q + k), self.score).squeeze(3).permute(2, 0, 1)[:, None]",
    ]
    : [
      `q, k = split(${query}), split(${key})`,
      `scores = q @ k.transpose(2, 3)${hasHeads ? " / q.shape[3] ** 0.5" : ""}`,
    ];
  const mixed = `(weights @ split(${values ? "self.values(memory)" : "memory"})).permute(2, 0, 1, 3).flatten(2)`;
  return moduleClass("Attention", {
    summary: `Attention (${kind}) of queries [T, B, Q] to states [S, B, M].`,
    layers: [
      ...linear("queries", queries),
      ...linear("keys", keys),
      ...linear("values", values),
      ...linear("output", output),
      ...score ? [`self.score = nn.Parameter(torch.empty(${score.shape.join(", ")}))`] : [],
      ...queries || keys ? [] : ["pass"],
    ],
    methods: [[
      "def forward(self, queries, memory, lengths):",
      "    def split(x):",
      `        return x.unflatten(2, (${heads}, -1)).permute(1, 2, 0, 3)`,
      ...indent(scores),
      "    inside = torch.arange(len(memory)) < lengths[:, None, None, None]",
      '    weights = scores.masked_fill(~inside, float("-inf")).softmax(3)',
      `    return ${output ? `self.output(${mixed})` : mixed}`,
    ]],
  });
}
