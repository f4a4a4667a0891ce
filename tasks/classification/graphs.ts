import { InputRangeError } from "../../errors.ts";
import { add, affine, exp, log, logSoftmax, relu, sub, type Tensor, tensor } from "../../src/nn/mod.ts";
import { lengthsInput } from "../task_model/graph_lengths.ts";
import type { GraphInput, GraphOptions, GraphPlan } from "../task_model/graph_plan.ts";
import { featureProgram } from "./feature_program.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";
import type { ClassifierNetwork } from "./network.ts";

/** The graph of a classifier. Throws `RangeError` if it has neither a network nor a trained linear model. */
export function classifierGraphs(
  network: ClassifierNetwork,
  config: ClassifierConfig,
  { logProbabilities, networkAlone }: GraphOptions,
): readonly GraphPlan[] {
  const { isDeep, isWide } = partsOf(network, networkAlone);
  const [a, b] = config.linear?.blend ?? [1, 1];
  return [{
    suffix: "",
    summary: isDeep
      ? "Reads the ids of texts [time, batch] of the given lengths and scores the labels."
      : "Reads the features of texts [batch, features] and scores the labels.",
    sizes: [...isDeep ? ["time"] : [], "batch", ...isWide ? ["features"] : []],
    factor: isDeep && config.conv ? config.convPool ?? 1 : 1,
    run(sizes) {
      const deep = isDeep ? readIds(network, sizes) : undefined;
      const wide = isWide ? readFeatures(network, sizes) : undefined;
      const logits = !wide ? deep!.logits : !deep ? wide.logits : add(affine(deep.logits, a), affine(wide.logits, b));
      return {
        inputs: [...deep?.inputs ?? [], ...wide?.inputs ?? []],
        outputs: [
          logProbabilities
            ? { name: "log_probabilities", tensor: logarithms(logits, config), help: "Scores of the labels." }
            : { name: "logits", tensor: logits, help: "Scores of the labels." },
        ],
      };
    },
    ...isWide && { program: { suffix: "_features", text: featureProgram(config) } },
  }];
}

/**
 * Returns which parts of a classifier are exported. Throws `RangeError` if none are, or if the network is asked for and
 * there is none.
 */
export function partsOf(
  network: ClassifierNetwork,
  networkAlone: boolean,
): { readonly isDeep: boolean; readonly isWide: boolean } {
  const [isDeep, isWide] = [network.members.length > 0, network.linear !== undefined && !networkAlone];
  if (!isDeep && networkAlone) {
    throw new InputRangeError(
      "export a classifier: expected a network with networkAlone (--network-alone), found a linear model alone",
    );
  }
  if (!isDeep && !isWide) {
    throw new InputRangeError("export a classifier: expected a linear model that is trained, found one that is not");
  }
  return { isDeep, isWide };
}

type Sizes = Readonly<Record<string, number>>;
/** A part of the graph. */
interface Part {
  readonly inputs: readonly GraphInput[];
  readonly logits: Tensor;
}

function readIds(network: ClassifierNetwork, { time, batch }: Sizes): Part {
  const ids = new Int32Array(time * batch);
  const lengths = lengthsInput(time, batch, "Number of ids of each text.");
  const { logits } = network.forward(ids, lengths.values);
  const help = "Ids of tokens; any below the end.";
  return { inputs: [{ name: "ids", values: ids, shape: [time, batch], help }, lengths], logits };
}

function readFeatures({ linear, engine }: ClassifierNetwork, { batch, features }: Sizes): Part {
  const shape = [batch, features];
  const [ids, values] = [new Int32Array(batch * features), new Float32Array(batch * features)];
  return {
    inputs: [
      { name: "features", values: ids, shape, help: "Ids of features of the texts; any in padding." },
      { name: "feature_values", values, shape, help: "What each feature counts; 0 in padding." },
    ],
    logits: linear!.forward(ids, tensor(values, shape, { engine })),
  };
}

/** The logarithms of the probabilities, which are each label's own if a text may have several. */
function logarithms(logits: Tensor, { temperature, multiLabel }: ClassifierConfig): Tensor {
  const x = temperature === 1 ? logits : affine(logits, 1 / temperature);
  if (!multiLabel) return logSoftmax(x);
  // log(sigmoid(x)) = min(x, 0) - log(1 + exp(-|x|)), which neither overflows nor becomes -infinity.
  const negative = relu(affine(x, -1));
  const magnitude = add(relu(x), negative);
  return sub(affine(negative, -1), log(affine(exp(affine(magnitude, -1)), 1, 1)));
}
