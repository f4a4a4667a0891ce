import { InputRangeError } from "../../errors.ts";
import { checkValue, describeValue, expectOptions, type Field, integer, nullable } from "../../src/schema/mod.ts";
import { asSequence, reverseComplement } from "../data/sequences/mod.ts";
import type { SequenceConfig } from "./sequence_fields.ts";
import { type AnyText, type Group, groupsByLabel } from "./split_texts.ts";
import {
  areMultiLabel,
  expectLabelledTexts,
  type LabelledText,
  labelsIn,
  type MultiLabelText,
  sameness,
} from "./texts.ts";

/** Options of `foldTexts`. */
export interface FoldOptions {
  /** Number of folds, at least 2. */
  readonly folds: number;
  /** Seed of the split. Default: 1. */
  readonly seed?: number;
  /** Returns a key that is the same for texts that stay together. Default: case and white space make no difference. */
  readonly keyOf?: (text: string) => string;
}

const COUNT = integer({
  group: "data",
  value: "K",
  min: 2,
  needs: ["data"],
  notWith: ["valid", "test", "testFraction", "calibrate"],
  help: "Cross-validate: train K models, each measured on the part of the data that it has not seen; saves figures " +
    "but no model.",
});

/** The declaration of the number of folds in a plan; null for none. */
export const FOLDS: Field<number | null> = nullable(COUNT);

/**
 * Divides texts into folds at random, stratified by label: each label's texts are spread over the folds as evenly as
 * possible. Equal texts are in the same fold. Returns the indices of each fold's texts in ascending order.
 *
 * Throws `RangeError` if there are more folds than a label has different texts or, if a text may have several labels,
 * in which case folds may lack rare ones, more folds than different texts.
 *
 * @example
 * ```ts
 * import { foldTexts } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const texts = Array.from({ length: 10 }, (_, i) => ({ text: `review ${i}`, label: i < 4 ? "bad" : "good" }));
 * const folds = foldTexts(texts, { folds: 2 });
 * assertEquals(folds.map((fold) => fold.length), [5, 5]);
 * assertEquals(folds[0].filter((i) => texts[i].label === "bad").length, 2);
 * assertEquals(folds.flat().sort((a, b) => a - b), [...texts.keys()]);
 * ```
 */
export function foldTexts(texts: readonly (LabelledText | MultiLabelText)[], options: FoldOptions): number[][] {
  const labelled = expectLabelledTexts("divide into folds", "texts", texts);
  expectOptions("divide into folds", options, ["folds", "seed", "keyOf"]);
  const { folds, seed = 1, keyOf = sameness } = options;
  checkValue(COUNT, folds, "divide into folds", "folds");
  const groups = groupsByLabel(texts, (index) => keyOf(texts[index].text), seed);
  if (areMultiLabel(labelled)) refuseMoreThanTexts([...groups.values()].flat().length, folds);
  else refuseMore(texts, groups, folds);
  return deal(texts, groups, folds);
}

function refuseMoreThanTexts(different: number, folds: number): void {
  if (folds <= different) return;
  throw new InputRangeError(
    `divide into folds: expected at most ${different}, the number of different texts, found ${folds} folds`,
  );
}

/** Throws `RangeError` if a label has fewer groups than there are folds. A group has its first text's label. */
function refuseMore(texts: readonly AnyText[], groups: ReadonlyMap<string, Group[]>, folds: number): void {
  const counts = new Map(texts.flatMap(labelsIn).map((label) => [label, 0]));
  for (const [label, own] of groups) counts.set(label, own.length);
  const [label, most] = [...counts].sort((a, b) => a[1] - b[1])[0] ?? ["none", 0];
  if (folds <= most) return;
  throw new InputRangeError(
    `divide into folds: expected at most ${most}, the different texts of the rarest label, ${describeValue(label)}, ` +
      `found ${folds} folds`,
  );
}

/**
 * Deals each label's groups, those of the rarest label first, and of one label the largest first: each goes to the fold
 * with the fewest texts of its label, and among equals to that with the fewest texts. If texts have several labels,
 * this is iterative stratification (Sechidis et al. 2011).
 */
function deal(texts: readonly AnyText[], groups: ReadonlyMap<string, Group[]>, count: number): number[][] {
  const folds = Array.from({ length: count }, (): number[] => []);
  const counts = folds.map(() => new Map<string, number>());
  const all = Map.groupBy(texts.flatMap(labelsIn), (label) => label);
  // Texts without labels come last.
  const frequency = (label: string): number => all.get(label)?.length ?? Infinity;
  for (const [label, own] of [...groups].sort(([a], [b]) => frequency(a) - frequency(b))) {
    const has = (fold: number): number => counts[fold].get(label) ?? 0;
    const rank = (a: number, b: number): number => has(a) - has(b) || folds[a].length - folds[b].length || a - b;
    for (const group of own.toSorted((a, b) => b.length - a.length)) {
      const fold = [...folds.keys()].reduce((a, b) => rank(a, b) <= 0 ? a : b);
      for (const i of group) folds[fold].push(i);
      for (const other of group.flatMap((i) => labelsIn(texts[i]))) {
        counts[fold].set(other, (counts[fold].get(other) ?? 0) + 1);
      }
    }
  }
  return folds.map((fold) => fold.sort((a, b) => a - b));
}

/** Returns a function like `sameness`; for DNA and RNA, the two strands of a sequence are the same too. */
export function samenessOf(alphabet: SequenceConfig["alphabet"]): (text: string) => string {
  if (alphabet === null) return sameness;
  if (alphabet === "protein") return asSequence;
  return (text) => {
    const own = asSequence(text);
    const other = reverseComplement(own, alphabet);
    return own < other ? own : other;
  };
}
