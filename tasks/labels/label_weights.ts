import { InputRangeError } from "../../errors.ts";
import { count, custom, describeList, describeValue, type Field, refuse } from "../../src/schema/mod.ts";

/**
 * The weights of the labels in the loss: `none`, `balanced`, one number for each label in their order, or numbers by
 * label, such as `good=2,bad=1`; a label that is not named has 1.
 */
export type LabelWeights = "none" | "balanced" | `${string}=${string}` | readonly number[];

/** The declaration of the setting. */
export const LABEL_WEIGHTS: Field<LabelWeights> = custom<LabelWeights>({
  group: "training",
  default: "none",
  value: "WEIGHTS",
  help: "Label weights in the loss: none, balanced, which gives rare labels more weight, or numbers by label, " +
    "such as good=2,bad=1.",
  check(value) {
    const isKnown = value === "none" || value === "balanced";
    const isList = Array.isArray(value) && value.every(isWeight);
    return isKnown || isList || (typeof value === "string" && weightsByLabel(value))
      ? undefined
      : "none, balanced, or finite numbers above 0, such as good=2,bad=1";
  },
});

/** The labels of a classifier. */
interface Labels {
  readonly labels: readonly string[];
  /** Whether a text may have several labels. Default: false. */
  readonly multiLabel?: boolean;
}

/**
 * Returns the weight of each label, or `undefined` for "none". Throws `RangeError` if the number of weights is not that
 * of the labels, or a label is unknown.
 */
export function weightsOf(
  weights: LabelWeights,
  targets: Int32Array,
  { labels, multiLabel = false }: Labels,
): Float32Array | undefined {
  if (weights === "none") return undefined;
  if (weights === "balanced") return (multiLabel ? balancedDecisions : balanced)(targets, labels.length);
  if (typeof weights !== "string") {
    if (weights.length !== labels.length) refuse("fit", "labelWeights", count(labels.length, "number"), weights.length);
    return Float32Array.from(weights);
  }
  const byLabel = weightsByLabel(weights)!;
  const unknown = [...byLabel.keys()].find((label) => !labels.includes(label));
  if (unknown !== undefined) {
    const known = describeList(labels);
    throw new InputRangeError(`fit: expected label weights of the labels ${known}, found ${describeValue(unknown)}`);
  }
  return Float32Array.from(labels, (label) => byLabel.get(label) ?? 1);
}

/** Returns the weight of each example by the label that it has; `undefined` if no label has a weight. */
export function exampleWeights(
  targets: Int32Array,
  labelWeights: ArrayLike<number> | undefined,
): Float64Array | undefined {
  return labelWeights && Float64Array.from(targets, (target) => labelWeights[target]);
}

/**
 * Scales weights so that those of the examples have a mean of 1: a penalty then weighs the same with any. Weights whose
 * sum is 0 stay.
 */
export function withMean1(weights: ArrayLike<number>, examples: ArrayLike<number>): Float64Array {
  let total = 0;
  for (let i = 0; i < examples.length; i++) total += examples[i];
  return Float64Array.from(weights, (weight) => total === 0 ? weight : weight * examples.length / total);
}

function balanced(targets: Int32Array, labels: number): Float32Array {
  const counts = new Float64Array(labels);
  for (const target of targets) counts[target]++;
  return Float32Array.from(counts, (count) => count === 0 ? 0 : targets.length / (labels * count));
}

/** Weights a label where a text has it, so that the texts with and without it count the same. */
function balancedDecisions(targets: Int32Array, labels: number): Float32Array {
  const texts = targets.length / labels;
  const counts = new Float64Array(labels);
  targets.forEach((target, i) => counts[i % labels] += target);
  return Float32Array.from(counts, (count) => count === 0 || count === texts ? 1 : (texts - count) / count);
}

/** Reads `LABEL=WEIGHT,...`; a label may contain "=". Returns undefined if a text is anything else. */
function weightsByLabel(text: string): Map<string, number> | undefined {
  const pairs = text.split(",").map((pair): [string, number] => {
    const at = pair.lastIndexOf("=");
    return [pair.slice(0, Math.max(0, at)).trim(), Number(pair.slice(at + 1))];
  });
  const weights = new Map(pairs);
  const areValid = pairs.every(([label, weight]) => label !== "" && isWeight(weight));
  return areValid && weights.size === pairs.length ? weights : undefined;
}

function isWeight(value: unknown): boolean {
  return Number.isFinite(value) && value as number > 0;
}
