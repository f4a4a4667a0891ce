import { parameterArrays } from "../../../src/nn/mod.ts";
import { featureProgram } from "../../classification/feature_program.ts";
import { partsOf } from "../../classification/graphs.ts";
import type { ClassifierConfig, ClassifierMember, ClassifierNetwork, LinearPart } from "../../classification/mod.ts";
import { assign, ensembleClass, moduleClass, type PythonModel } from "./python.ts";
import { attentionPoolingClass, convolveFunction, makeConvolution, poolFunction } from "./reading.ts";
import { pythonRecurrent, runFunction } from "./recurrent.ts";

/** Writes a classifier of texts in Python. Throws `RangeError` if it has none of the parts asked for. */
export function classifier(config: ClassifierConfig, network: ClassifierNetwork, networkAlone: boolean): PythonModel {
  const { isDeep, isWide } = partsOf(network, networkAlone);
  const { members, linear } = network;
  const labels = `the logits [B, ${config.labels.length}] of the labels.`;
  const features = "features of texts [B, F] and their values [B, F]";
  return {
    summary: isDeep
      ? `A classifier: ids of tokens [T, B], padded, and their lengths [B]${
        isWide ? `,\n${features},` : ""
      } to ${labels}`
      : `A classifier: ${features} to ${labels}`,
    definitions: [
      [`LABELS = ${JSON.stringify(config.labels)}`],
      ...isWide ? [linearClass(linear!)] : [],
      ...isDeep ? networkClasses(config, members, isWide) : [linearModelClass()],
    ],
    tensors: parameterArrays(network).filter(({ name }) => isWide || !name.startsWith("linear.")),
    ...isWide && { beside: { suffix: "_features", text: featureProgram(config) } },
  };
}

/** The function and classes of a network; with a linear model beside it, the last class computes both. */
function networkClasses(
  config: ClassifierConfig,
  members: readonly ClassifierMember[],
  isWide: boolean,
): (readonly string[])[] {
  const [{ rnn, convolution, attention }] = members;
  const layers = pythonRecurrent(config.cell, rnn);
  const blend = isWide ? config.linear!.blend : undefined;
  return [
    ...layers.definitions.length > 0 ? [layers.definitions] : [],
    runFunction(layers.isOwn),
    ...convolution ? [convolveFunction()] : [],
    ...attention ? [attentionPoolingClass(attention)] : [],
    poolFunction(config.pooling, rnn.directions, config.poolRegions),
    memberClass(config, members[0], layers.make, members.length > 1 ? {} : { name: "Model", blend }),
    ...members.length === 1 ? [] : [blend ? blendedEnsemble(members.length, blend) : ensembleClass(members.length)],
  ];
}

function memberClass(
  { vocabSize, embed, convPool }: ClassifierConfig,
  { convolution, attention, classifier: output }: ClassifierMember,
  make: readonly string[],
  { name = "Member", blend }: { readonly name?: string; readonly blend?: readonly [number, number] },
): string[] {
  const [labels, width] = output.weight.shape;
  const logits = `self.classifier(pool(states, lengths${attention ? ", self.attention" : ""}))`;
  return moduleClass(name, {
    summary: `An embedding, recurrent layers, pooling and a linear layer${blend ? ", and a linear model" : ""}.`,
    layers: [
      `self.embedding = nn.Embedding(${vocabSize}, ${embed})`,
      ...convolution ? [`self.convolution = ${makeConvolution(convolution)}`] : [],
      ...assign("self.rnn", make),
      ...attention ? ["self.attention = AttentionPooling()"] : [],
      `self.classifier = nn.Linear(${width}, ${labels})`,
      ...blend ? ["self.linear = LinearModel()"] : [],
    ],
    methods: [[
      `def forward(self, ids, lengths${blend ? ", features, feature_values" : ""}):`,
      "    x = self.embedding(ids)",
      ...convolution ? [`    x, lengths = convolve(self.convolution, x, lengths, ${convPool ?? 1})`] : [],
      "    states, _ = run(self.rnn, x, lengths)",
      ...blend ? [`    logits = ${logits}`, blended(blend)] : [`    return ${logits}`],
    ]],
  });
}

/** The line that returns the sum of both parts' logits, each with its factor. */
function blended([network, linear]: readonly [number, number]): string {
  return `    return ${network} * logits + ${linear} * self.linear(features, feature_values)`;
}

/** The class of a linear model, whose features and their values are given. */
function linearClass({ weight, bias }: LinearPart): string[] {
  return moduleClass("LinearModel", {
    summary: "The sum of the weights of a text's features, each times its value.",
    layers: [
      `self.weight = nn.Parameter(torch.empty(${weight.shape.join(", ")}))`,
      `self.bias = nn.Parameter(torch.empty(${bias.shape.join(", ")}))`,
    ],
    methods: [[
      "def forward(self, features, values):",
      '    return F.embedding_bag(features, self.weight, mode="sum", per_sample_weights=values) + self.bias',
    ]],
  });
}

/** The class of a linear model without a network. */
function linearModelClass(): string[] {
  return moduleClass("Model", {
    summary: "A linear model alone.",
    layers: ["self.linear = LinearModel()"],
    methods: [["def forward(self, features, feature_values):", "    return self.linear(features, feature_values)"]],
  });
}

/** The class of an ensemble with a linear model beside it. */
function blendedEnsemble(count: number, blend: readonly [number, number]): string[] {
  return moduleClass("Model", {
    summary: "An ensemble, whose members' outputs are averaged, and a linear model.",
    layers: [
      `self.members = nn.ModuleList(Member() for _ in range(${count}))`,
      "self.linear = LinearModel()",
    ],
    methods: [[
      "def forward(self, ids, lengths, features, feature_values):",
      "    logits = sum(member(ids, lengths) for member in self.members) / len(self.members)",
      blended(blend),
    ]],
  });
}
