import { InputRangeError } from "../../../errors.ts";
import { AdaptiveSoftmax, parameterArrays } from "../../../src/nn/mod.ts";
import type { LanguageModelConfig, LanguageNetwork } from "../../language_modeling/mod.ts";
import { assign, indent, moduleClass, type PythonModel } from "./python.ts";
import { pythonRecurrent } from "./recurrent.ts";
import { isSplitIn, runStack, split, splitName } from "./split.ts";

/** Writes a language model in Python. */
export function languageModel(config: LanguageModelConfig, network: LanguageNetwork): PythonModel {
  const { vocabSize, embed, tied, cell } = config;
  const { rnn, decoder } = network;
  const isAdaptive = decoder instanceof AdaptiveSoftmax;
  const isSplit = isSplitIn(cell, rnn);
  const layers = isSplit ? split(cell, rnn) : pythonRecurrent(cell, rnn);
  if (isAdaptive) refuseNarrow(config, rnn.projected, decoder.cutoffs.length);
  const readout = isAdaptive
    ? `nn.AdaptiveLogSoftmaxWithLoss(${rnn.projected}, ${vocabSize}, [${decoder.cutoffs.join(", ")}], ` +
      `div_value=${config.divValue})`
    : `nn.Linear(${rnn.projected}, ${vocabSize})`;
  const scores = isAdaptive ? "log-probabilities" : "logits";
  return {
    summary: `A language model: ids of tokens [T, B] to the ${scores} [T, B, ${vocabSize}] of the tokens that follow.`,
    definitions: [
      ...layers.definitions.length > 0 ? [layers.definitions] : [],
      moduleClass("Model", {
        summary: "An embedding, recurrent layers and a decoder.",
        layers: [
          `self.embedding = nn.Embedding(${vocabSize}, ${embed})`,
          ...assign("self.rnn", layers.make),
          `self.decoder = ${readout}`,
          ...tied ? ["self.decoder.weight = self.embedding.weight"] : [],
        ],
        methods: [[
          "def forward(self, ids, state=None):",
          `    """Returns the ${scores}, and the state after the last token, from which a next call goes on."""`,
          ...indent(runStack("self.embedding(ids)", isSplit)),
          isAdaptive
            ? "    return self.decoder.log_prob(output.flatten(0, 1)).unflatten(0, ids.shape), state"
            : "    return self.decoder(output), state",
        ]],
      }),
    ],
    tensors: parameterArrays(network).flatMap((array) => {
      const name = isSplit ? splitName(array.name) : array.name;
      const own = { ...array, name };
      return tied && name === "embedding.weight" ? [own, { ...own, name: "decoder.weight" }] : [own];
    }),
  };
}

/** Throws `RangeError` if the vectors of a cluster would have no elements in PyTorch, where ours have one. */
function refuseNarrow({ divValue }: LanguageModelConfig, width: number, clusters: number): void {
  if (width >= divValue ** clusters) return;
  throw new InputRangeError(
    `export to PyTorch: expected a hidden size of at least ${divValue ** clusters} for an adaptive softmax of ` +
      `${clusters} clusters, found ${width}`,
  );
}
