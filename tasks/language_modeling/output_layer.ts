import { InputRangeError } from "../../errors.ts";
import { AdaptiveSoftmax, Linear, type ModuleOptions, type Parameter } from "../../src/nn/mod.ts";
import { checkCutoffs, defaultCutoffs } from "../../src/nn/adaptive_softmax.ts";
import { choice, custom, number, readNumbers, refuse, type Schema } from "../../src/schema/mod.ts";

/** How the output layer computes probabilities. */
const SOFTMAXES = ["exact", "adaptive"] as const;

/** The fields of a configuration that describe the output layer; `LanguageModelConfig` documents them. */
interface OutputConfig {
  readonly softmax: typeof SOFTMAXES[number];
  readonly cutoffs: readonly number[] | null;
  readonly divValue: number;
}

const GROUP = "model";
const ONLY_ADAPTIVE = { field: "softmax", values: ["adaptive"] };

/** Schema of the output layer. */
export const OUTPUT: Schema<OutputConfig> = {
  softmax: choice(SOFTMAXES, {
    group: GROUP,
    default: "exact",
    former: "exact",
    help: "Softmax of the output layer; adaptive is faster with a large vocabulary of words.",
  }),
  cutoffs: {
    ...custom<readonly number[] | null>({
      group: GROUP,
      value: "N,N,...",
      default: ({ softmax, vocabSize }) => softmax === "adaptive" ? defaultCutoffs(vocabSize as number) : null,
      defaultText: "10 and 50 times the square root of the vocabulary size",
      check: (value) => isWholeNumbers(value) ? undefined : "whole numbers",
      onlyWith: ONLY_ADAPTIVE,
      help: "First word of each cluster of rare words of the adaptive softmax.",
    }),
    parse: readNumbers,
    isNullable: true,
  },
  divValue: number({
    group: GROUP,
    min: 1,
    default: 4,
    former: 4,
    onlyWith: ONLY_ADAPTIVE,
    help: "Factor by which the vectors of each cluster of the adaptive softmax are smaller.",
  }),
};

function isWholeNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one > 0);
}

/** Throws `RangeError` if fields of a configuration that describe the output layer contradict each other. */
export function checkOutput(
  action: string,
  { softmax, cutoffs, tied, vocabSize }: OutputConfig & { readonly tied: boolean; readonly vocabSize: number },
): void {
  if (softmax === "exact") {
    if (cutoffs !== null) refuse(action, "softmax", "adaptive, since cutoffs are given", softmax);
    return;
  }
  if (tied) refuse(action, "tied", "false, since an adaptive softmax has vectors of several sizes", tied);
  if (defaultCutoffs(vocabSize).length === 0 && cutoffs?.length === 0) {
    throw new InputRangeError(
      `${action}: expected more than 100 words for an adaptive softmax without cutoffs, found ${vocabSize}`,
    );
  }
  checkCutoffs(action, cutoffs ?? [], vocabSize);
}

/** Makes the output layer of a configuration; an exact one shares `weight`, if given. */
export function makeOutput(
  { softmax = "exact", cutoffs, divValue, hidden, vocabSize }: Partial<OutputConfig> & {
    readonly hidden: number;
    readonly vocabSize: number;
  },
  { weight, ...options }: ModuleOptions & { readonly weight?: Parameter },
): Linear | AdaptiveSoftmax {
  const sizes = { input: hidden, output: vocabSize };
  if (softmax === "exact") return new Linear({ ...sizes, weight, ...options });
  return new AdaptiveSoftmax({ ...sizes, cutoffs: cutoffs ?? undefined, divValue, ...options });
}
