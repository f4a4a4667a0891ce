import { parameterArrays } from "../../../src/nn/mod.ts";
import type { ForecasterConfig, ForecasterTypes, ForecastMember, ForecastNetwork } from "../../forecasting/mod.ts";
import { inputProgram } from "../../forecasting/input_program.ts";
import { assign, ensembleClass, moduleClass, type PythonModel } from "./python.ts";
import { pythonRecurrent, runFunction } from "./recurrent.ts";

/** Writes a forecaster in Python. */
export function forecaster(
  config: ForecasterConfig,
  network: ForecastNetwork,
  _networkAlone: boolean,
  { processor }: ForecasterTypes["processors"],
): PythonModel {
  const { members } = network;
  const layers = pythonRecurrent(config.cell, members[0].rnn);
  const outputs = members[0].head.weight.shape[0];
  return {
    summary: "A forecaster: windows of scaled series to the outputs of the distribution of each value.",
    definitions: [
      ...layers.definitions.length > 0 ? [layers.definitions] : [],
      runFunction(layers.isOwn),
      memberClass(config, members[0], layers.make, { name: members.length > 1 ? "Member" : "Model", outputs }),
      ...members.length > 1 ? [ensembleClass(members.length)] : [],
    ],
    beside: { suffix: "_inputs", text: inputProgram(config, processor) },
    tensors: parameterArrays(network),
  };
}

function memberClass(
  { horizon, correction }: ForecasterConfig,
  { rnn, head, linear, statics, ahead }: ForecastMember,
  make: readonly string[],
  { name, outputs }: { readonly name: string; readonly outputs: number },
): string[] {
  const embeddings = statics.map(({ weight }) => `nn.Embedding(${weight.shape.join(", ")})`);
  const units = ahead.map(({ weight: { shape: [rows, columns] }, bias }) =>
    `nn.Linear(${columns}, ${rows}${bias ? "" : ", bias=False"})`
  );
  const inputs = ["inputs", "lengths", "values", "naive", ...units.length > 0 ? ["known"] : []];
  return moduleClass(name, {
    summary: "Recurrent layers that read a window, and what is added to the naive forecast.",
    layers: [
      ...embeddings.length > 0 ? [`self.statics = nn.ModuleList([${embeddings.join(", ")}])`] : [],
      ...assign("self.rnn", make),
      `self.head = nn.Linear(${rnn.projected}, ${outputs})`,
      ...linear ? [`self.linear = nn.Linear(${linear.weight.shape[1]}, ${horizon})`] : [],
      ...units.length > 0 ? [`self.ahead = nn.ModuleList([${units.join(", ")}])`] : [],
    ],
    methods: [[
      `def forward(self, ${inputs.join(", ")}${embeddings.length > 0 ? ", *categories" : ""}):`,
      `    """Maps inputs [T, B, I] and their lengths [B], the window's values [B, W], the naive forecast [B, ${horizon}]`,
      `    and what else is known to outputs [B, ${
        head.weight.shape[0]
      }]: each output for all values, then the next."""`,
      ...embeddings.length > 0
        ? [
          "    vectors = [layer(ids).expand(len(inputs), -1, -1) for layer, ids in zip(self.statics, categories)]",
          "    inputs = torch.cat([inputs, *vectors], 2)",
        ]
        : [],
      "    states, _ = run(self.rnn, inputs, lengths)",
      "    state = states[lengths - 1, torch.arange(len(lengths))]",
      `    center, others = self.head(state).split([${horizon}, ${outputs - horizon}], 1)`,
      ...linear ? ["    center = center + self.linear(values)"] : [],
      ...units.length > 0
        ? [
          "    features = torch.relu(self.ahead[0](known) + self.ahead[1](state)[:, None])",
          "    center = center + self.ahead[2](features).squeeze(2)",
        ]
        : [],
      `    return torch.cat([naive + ${correction === 1 ? "" : `${correction} * `}center, others], 1)`,
    ]],
  });
}
