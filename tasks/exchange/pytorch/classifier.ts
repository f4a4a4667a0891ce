import { InputRangeError } from "../../../errors.ts";
import { parameterArrays } from "../../../src/nn/mod.ts";
import type { ClassifierConfig, ClassifierMember, ClassifierNetwork } from "../../classification/mod.ts";
import { assign, ensembleClass, moduleClass, type PythonModel } from "./python.ts";
import { attentionPoolingClass, convolveFunction, makeConvolution, poolFunction } from "./reading.ts";
import { pythonRecurrent, runFunction } from "./recurrent.ts";

/**
 * Writes a classifier of texts in Python. Throws `RangeError` if it has a linear model, which reads texts and not ids,
 * and the network alone is not enough.
 */
export function classifier(config: ClassifierConfig, network: ClassifierNetwork, networkAlone: boolean): PythonModel {
  if (network.members.length === 0 || (network.linear && !networkAlone)) {
    throw new InputRangeError(
      "export to PyTorch: expected a classifier of a network alone, found one with a linear model, which reads texts and " +
        "not ids; networkAlone (--network-alone) leaves out one beside a network",
    );
  }
  const { members } = network;
  const layers = pythonRecurrent(config.cell, members[0].rnn);
  return {
    summary:
      `A classifier: ids of tokens [T, B], padded, and their lengths [B] to the logits [B, ${config.labels.length}]`
        .concat(` of the labels.`),
    definitions: [
      ...layers.definitions.length > 0 ? [layers.definitions] : [],
      runFunction(layers.isOwn),
      ...members[0].convolution ? [convolveFunction()] : [],
      ...members[0].attention ? [attentionPoolingClass(members[0].attention)] : [],
      poolFunction(config.pooling, members[0].rnn.directions),
      memberClass(config, members[0], layers.make, members.length > 1 ? "Member" : "Model"),
      ...members.length > 1 ? [ensembleClass(members.length)] : [],
    ],
    tensors: parameterArrays(network).filter(({ name }) => !name.startsWith("linear.")),
  };
}

function memberClass(
  { vocabSize, embed, convPool }: ClassifierConfig,
  { convolution, attention, classifier: output }: ClassifierMember,
  make: readonly string[],
  name: string,
): string[] {
  const [labels, width] = output.weight.shape;
  return moduleClass(name, {
    summary: "An embedding, recurrent layers, pooling and a linear layer.",
    layers: [
      `self.embedding = nn.Embedding(${vocabSize}, ${embed})`,
      ...convolution ? [`self.convolution = ${makeConvolution(convolution)}`] : [],
      ...assign("self.rnn", make),
      ...attention ? ["self.attention = AttentionPooling()"] : [],
      `self.classifier = nn.Linear(${width}, ${labels})`,
    ],
    methods: [[
      "def forward(self, ids, lengths):",
      "    x = self.embedding(ids)",
      ...convolution ? [`    x, lengths = convolve(self.convolution, x, lengths, ${convPool ?? 1})`] : [],
      "    states, _ = run(self.rnn, x, lengths)",
      `    return self.classifier(pool(states, lengths${attention ? ", self.attention" : ""}))`,
    ]],
  });
}
