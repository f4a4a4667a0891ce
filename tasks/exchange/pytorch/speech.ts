import { parameterArrays } from "../../../src/nn/mod.ts";
import { soundProgram } from "../../speech/feature_program.ts";
import type { SpeechConfig, SpeechNetwork, SpeechTypes } from "../../speech/mod.ts";
import { indent, moduleClass, type PythonModel } from "./python.ts";
import { convolveFunction, makeConvolution } from "./reading.ts";
import { pythonRecurrent, runFunction } from "./recurrent.ts";

/** Writes a speech recognizer in Python. */
export function speechRecognizer(
  config: SpeechConfig,
  network: SpeechNetwork,
  _networkAlone: boolean,
  { processor }: SpeechTypes["processors"],
): PythonModel {
  const { convolution, layers, norms, output } = network;
  const parts = layers.map((layer) => pythonRecurrent(config.cell, layer));
  const [{ definitions, isOwn }] = parts;
  const [classes, width] = output.weight.shape;
  return {
    summary: `A speech recognizer: frames [T, B, ${config.input}], as the preprocessor makes them, and their lengths ` +
      `[B]\nto the logits [T, B, ${classes}] of the blank and the symbols.`,
    definitions: [
      ...definitions.length > 0 ? [definitions] : [],
      runFunction(isOwn),
      ...convolution ? [convolveFunction()] : [],
      moduleClass("Model", {
        summary: "Recurrent layers, normalized if asked for, and a linear layer.",
        layers: [
          ...convolution ? [`self.convolution = ${makeConvolution(convolution)}`] : [],
          "self.layers = nn.ModuleList([",
          ...parts.flatMap(({ make }) => indent([...make.slice(0, -1), `${make.at(-1)},`])),
          "])",
          ...norms.length > 0 ? [`self.norms = nn.ModuleList(nn.LayerNorm(${width}) for _ in self.layers)`] : [],
          `self.output = nn.Linear(${width}, ${classes})`,
        ],
        methods: [[
          "def forward(self, x, lengths):",
          ...convolution ? ["    x, lengths = convolve(self.convolution, x, lengths, 1)"] : [],
          "    for i, layer in enumerate(self.layers):",
          "        x, _ = run(layer, x, lengths)",
          ...norms.length > 0 ? ["        x = self.norms[i](x)"] : [],
          "    return self.output(x)",
        ]],
      }),
    ],
    tensors: parameterArrays(network),
    beside: { suffix: "_features", text: soundProgram(processor) },
  };
}
