import { parameterArrays } from "../../../src/nn/mod.ts";
import type {
  PictureReader,
  VectorClassifierConfig,
  VectorClassifierMember,
  VectorClassifierNetwork,
} from "../../vector_classification/mod.ts";
import { assign, ensembleClass, moduleClass, type PythonModel } from "./python.ts";
import { attentionPoolingClass, convolveFunction, makeConvolution, poolFunction } from "./reading.ts";
import { pythonRecurrent, runFunction } from "./recurrent.ts";

/** Writes a classifier of vector sequences in Python. */
export function vectorClassifier(config: VectorClassifierConfig, network: VectorClassifierNetwork): PythonModel {
  const { members } = network;
  const { pictures, convolution, attention, rnn } = members[0];
  const layers = pythonRecurrent(config.cell, rnn);
  return {
    summary:
      `A classifier: frames [T, B, ${config.input}], as the preprocessor makes them, and their lengths [B] to the ` +
      `logits [B, ${config.labels.length}].`,
    definitions: [
      ...layers.definitions.length > 0 ? [layers.definitions] : [],
      runFunction(layers.isOwn),
      ...convolution ? [convolveFunction()] : [],
      ...pictures ? [picturesClass(config, pictures)] : [],
      ...attention ? [attentionPoolingClass(attention)] : [],
      poolFunction(config.pooling, rnn.directions),
      memberClass(config, members[0], layers.make, members.length > 1 ? "Member" : "Model"),
      ...members.length > 1 ? [ensembleClass(members.length)] : [],
    ],
    tensors: parameterArrays(network),
  };
}

/** The class that reads pictures. */
function picturesClass({ input, picture }: VectorClassifierConfig, reader: PictureReader): string[] {
  const [height, width] = picture!;
  const convolutions = reader.convolutions.map(({ weight: { shape: [filters, channels, size] } }) =>
    `    nn.Conv2d(${channels}, ${filters}, ${size}, stride=2, padding=1),`
  );
  const [output, flat] = reader.projection.weight.shape;
  return moduleClass("Pictures", {
    summary: "Reads frames that are pictures.",
    layers: [
      "self.convolutions = nn.ModuleList([",
      ...convolutions,
      "])",
      `self.projection = nn.Linear(${flat}, ${output})`,
    ],
    methods: [[
      "def forward(self, frames):",
      `    x = frames.flatten(0, 1).unflatten(1, (${input / (height * width)}, ${height}, ${width}))`,
      "    for convolution in self.convolutions:",
      "        x = F.relu(convolution(x))",
      "    x = F.relu(self.projection(x.permute(0, 2, 3, 1).flatten(1)))",
      "    return x.unflatten(0, frames.shape[:2])",
    ]],
  });
}

function memberClass(
  { convPool }: VectorClassifierConfig,
  { pictures, convolution, attention, classifier: output }: VectorClassifierMember,
  make: readonly string[],
  name: string,
): string[] {
  const [labels, width] = output.weight.shape;
  return moduleClass(name, {
    summary: "Recurrent layers, pooling and a linear layer.",
    layers: [
      ...pictures ? ["self.pictures = Pictures()"] : [],
      ...convolution ? [`self.convolution = ${makeConvolution(convolution)}`] : [],
      ...assign("self.rnn", make),
      ...attention ? ["self.attention = AttentionPooling()"] : [],
      `self.classifier = nn.Linear(${width}, ${labels})`,
    ],
    methods: [[
      "def forward(self, x, lengths):",
      ...pictures ? ["    x = self.pictures(x)"] : [],
      ...convolution ? [`    x, lengths = convolve(self.convolution, x, lengths, ${convPool ?? 1})`] : [],
      "    states, _ = run(self.rnn, x, lengths)",
      `    return self.classifier(pool(states, lengths${attention ? ", self.attention" : ""}))`,
    ]],
  });
}
