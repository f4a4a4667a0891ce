import { InputRangeError } from "../../errors.ts";
import { count, percent } from "../task_model/mod.ts";
import { countIds } from "./count_ids.ts";
import type { LanguageModelConfig } from "./hyperparameters.ts";
import type { TokenIds } from "./token_ids.ts";

/** Number of ids from which frequencies are estimated. */
const COUNTED = 2 ** 20;
/** The share of the most frequent ids' tokens that the first ids must have. Texts differ, so their orders do. */
const LEAST = 1 / 2;

/**
 * Throws `RangeError` if the head of an adaptive softmax has far fewer of a text's tokens than the most frequent ids
 * would: then the vocabulary is not sorted by frequency, and the model would be slow and poor.
 */
export async function refuseOtherOrder(
  ids: TokenIds,
  { cutoffs, vocabSize }: Pick<LanguageModelConfig, "cutoffs" | "vocabSize">,
): Promise<void> {
  if (cutoffs === null) return;
  const [first] = cutoffs;
  const counts = await countIds(ids, vocabSize, COUNTED);
  const total = sum(counts);
  const found = sum(counts.subarray(0, first));
  const best = sum(counts.toSorted().subarray(-first));
  if (found >= LEAST * best) return;
  throw new InputRangeError(
    `fit: expected ids sorted by falling frequency for an adaptive softmax, found ${percent(found / total)} of the ` +
      `text in the first ${count(first, "id")} and ${percent(best / total)} in the most frequent ones; ` +
      "a word tokenizer that is trained on the text sorts them",
  );
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, one) => total + one, 0);
}
