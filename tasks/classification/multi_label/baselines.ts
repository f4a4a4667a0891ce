import { type TrainedLinear, trainedLinear } from "../linear/mod.ts";
import { type LabelledCorpus, type LabelledText, labelsIn } from "../texts.ts";
import { scoreDecisions } from "./measuring.ts";
import { sigmoids } from "./pairs.ts";
import { targetRows } from "./targets.ts";
import { fitThresholds } from "./thresholds.ts";

/** Micro F1 of simple methods. */
interface DecisionBaselines {
  /** The most frequent label of the training texts, and no other, for every text. */
  readonly majority: number;
  /** The linear model, with thresholds fitted to the validation texts. */
  readonly linear: number;
}

/**
 * Prepares simple methods, with which a multi-label model is compared, and returns a function that measures them on
 * texts. Trains a linear model on the corpus if none is given.
 */
export async function decisionBaselines(
  { train, valid }: LabelledCorpus,
  labels: readonly string[],
  { linear, signal }: { readonly linear?: TrainedLinear; readonly signal?: AbortSignal } = {},
): Promise<(texts: readonly LabelledText[]) => Promise<DecisionBaselines>> {
  const { logits: logitsOf } = linear ?? await trainedLinear({ train, valid, labels, multiLabel: true, signal });
  const read = (texts: readonly LabelledText[]): Promise<Float32Array[]> => logitsOf(texts.map(({ text }) => text));
  const fitted = valid &&
    fitThresholds((await read(valid)).map((row) => sigmoids(row)), targetRows(valid, labels, "validation"));
  const counts = Map.groupBy(train.flatMap(labelsIn), (label) => label);
  const most = labels.reduce((a, b) => (counts.get(b)?.length ?? 0) > (counts.get(a)?.length ?? 0) ? b : a);
  const frequent = labels.map((label) => label === most ? 1 : -1);
  return async (texts) => {
    const targets = targetRows(texts, labels, "given");
    const score = (logits: readonly ArrayLike<number>[], thresholds: readonly number[] | null): number =>
      scoreDecisions({ logits, targets, labels, thresholds }).microF1;
    return { majority: score(texts.map(() => frequent), null), linear: score(await read(texts), fitted ?? null) };
  };
}
