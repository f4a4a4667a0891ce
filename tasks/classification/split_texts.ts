import { InputRangeError } from "../../errors.ts";
import { Random } from "../../src/nn/mod.ts";
import { count, expectFractions } from "../task_model/mod.ts";
import {
  expectLabelledTexts,
  type LabelledCorpus,
  type LabelledText,
  labelsIn,
  type MultiLabelText,
  sameness,
} from "./texts.ts";

/** Options of `splitTexts`. */
export interface SplitLabelledOptions {
  /** Share of the texts for validation. Default: 0. */
  readonly validFraction?: number;
  /** Share of the texts for testing. Default: 0. */
  readonly testFraction?: number;
  /** Seed of the split. Default: 1. */
  readonly seed?: number;
  /** Returns a key that is the same for texts that stay together. Default: case and white space make no difference. */
  readonly keyOf?: (text: string) => string;
}

/**
 * Splits texts at random, stratified by label. A part has at least 1 text, and at least 1 text of each label is for
 * training. If a text has several labels, its rarest one counts. Equal texts go into the same part, so that no text is
 * both trained on and evaluated, unless a part would then be empty because too few texts differ; `findDuplicates`
 * counts the texts in several parts.
 *
 * Throws `RangeError` if a share is invalid or the labels have too few texts for a part.
 *
 * @example
 * ```ts
 * import { splitTexts } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const texts = Array.from({ length: 10 }, (_, i) => ({ text: `review ${i}`, label: i < 5 ? "bad" : "good" }));
 * const { train, valid } = splitTexts(texts, { validFraction: 0.2 });
 * assertEquals(train.length, 8);
 * assertEquals(valid?.map(({ label }) => label), ["bad", "good"]);
 * ```
 */
export function splitTexts<T extends LabelledText | MultiLabelText>(
  texts: readonly T[],
  options: SplitLabelledOptions = {},
): LabelledCorpus<T> {
  expectLabelledTexts("split texts", "texts", texts);
  expectFractions("split texts", options, ["seed", "keyOf"]);
  const { validFraction = 0, testFraction = 0, seed = 1, keyOf = sameness } = options;
  const fractions = { train: 1, valid: validFraction, test: testFraction };
  const split = (keyOf: (index: number) => string | number): Parts =>
    assign([...groupsByLabel(texts, keyOf, seed).values()], fractions);
  const isMissing = (parts: Parts, name: keyof Parts): boolean => fractions[name] > 0 && parts[name].length === 0;
  const grouped = split((index) => keyOf(texts[index].text));
  const parts = PARTS.some((name) => isMissing(grouped, name)) ? split((index) => index) : grouped;
  const missing = PARTS.find((name) => isMissing(parts, name));
  if (missing !== undefined) throw tooFew(texts, missing, fractions[missing]);
  const take = (name: keyof Parts): T[] => parts[name].sort((a, b) => a - b).map((index) => texts[index]);
  return {
    train: take("train"),
    valid: validFraction === 0 ? undefined : take("valid"),
    test: testFraction === 0 ? undefined : take("test"),
  };
}

/** A labeled text of any kind. */
export type AnyText = LabelledText | MultiLabelText;

const PARTS = ["train", "valid", "test"] as const;

/** The parts that are held out of training, the first to take texts first. */
const HELD = ["test", "valid"] as const;
type Held = typeof HELD[number];

/** The indices of the texts of each part. */
type Parts = Record<typeof PARTS[number], number[]>;

function tooFew(texts: readonly AnyText[], part: string, fraction: number): RangeError {
  const labels = new Set(texts.flatMap(labelsIn)).size;
  return new InputRangeError(
    `split texts: expected more texts than 1 for training of each label, to have a ${part} part of ${fraction}, ` +
      `found ${count(texts.length, "text")} of ${count(labels, "label")}; pass the part separately, or set its ` +
      "fraction to 0",
  );
}

/** The indices of texts that stay in one part. */
export type Group = readonly number[];

/**
 * Returns the groups of each label, the rarest one if its texts have several, in random order: the indices of the texts
 * with the same key.
 */
export function groupsByLabel(
  texts: readonly AnyText[],
  keyOf: (index: number) => string | number,
  seed: number,
): Map<string, Group[]> {
  const groups = [...Map.groupBy(texts.keys(), keyOf).values()];
  const draws = new Random(seed).uniform(groups.length);
  const order = groups.map((group, i) => ({ group, draw: draws[i] })).sort((a, b) => a.draw - b.draw);
  const rarest = rarestLabels(texts);
  return Map.groupBy(order.map(({ group }) => group), ([first]) => rarest[first]);
}

/** Returns the label of each text, the rarest one if there are several, or an empty one if there is none. */
function rarestLabels(texts: readonly AnyText[]): string[] {
  const counts = new Map<string, number>();
  for (const label of texts.flatMap(labelsIn)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return texts.map((text) => labelsIn(text).reduce((a, b) => a === "" || counts.get(b)! < counts.get(a)! ? b : a, ""));
}

/** Assigns groups to parts: of each label the first ones that fit into the test part, then the validation part. */
function assign(labels: readonly Group[][], fractions: Record<keyof Parts, number>): Parts {
  const parts: Parts = { train: [], valid: [], test: [] };
  const counts = labels.map((groups) => groups.reduce((sum, { length }) => sum + length, 0));
  const test = quotas(counts, fractions.test, counts.map((count) => count - 1));
  const valid = quotas(counts, fractions.valid, counts.map((count, i) => count - 1 - test[i]));
  // What a label's groups leave open is open to the next labels.
  const open = { test: 0, valid: 0 };
  labels.forEach((groups, i) => {
    const own = { test: test[i], valid: valid[i] };
    const taken = { test: 0, valid: 0 };
    // A label keeps at least half of its share for training.
    let free = counts[i] - Math.ceil((counts[i] - own.test - own.valid) / 2);
    for (const name of HELD) open[name] += own[name];
    // A part that makes up for other labels leaves the other part its share.
    const reserved = (name: Held): number =>
      HELD.reduce((sum, other) => other === name ? sum : sum + Math.max(0, own[other] - taken[other]), 0);
    for (const group of groups) {
      const part = HELD.find((name) =>
        group.length <= Math.min(open[name], free - reserved(name)) && isModest(taken[name], group.length, own[name])
      );
      for (const i of group) parts[part ?? "train"].push(i);
      if (part === undefined) continue;
      open[part] -= group.length;
      taken[part] += group.length;
      free -= group.length;
    }
  });
  return parts;
}

/**
 * Whether a label may give a group to a part: at most twice its share together, since it makes up for other labels only
 * as far as that, or a single group, however large.
 */
function isModest(taken: number, size: number, share: number): boolean {
  return taken === 0 || taken + size <= Math.max(2 * share, share + 1);
}

/**
 * Returns how many texts of each label are a share of all texts, and at least 1 text: in proportion to the labels'
 * counts, rounded by largest remainder, and at most `limits`.
 */
function quotas(counts: readonly number[], fraction: number, limits: readonly number[]): number[] {
  if (fraction === 0) return counts.map(() => 0);
  const found = counts.map((count, i) => Math.min(limits[i], Math.floor(count * fraction)));
  const all = counts.reduce((sum, count) => sum + count, 0);
  let open = Math.max(1, Math.round(all * fraction)) - found.reduce((sum, quota) => sum + quota, 0);
  const remainders = counts.map((count, i) => ({ i, remainder: count * fraction - found[i] }));
  for (const { i } of remainders.sort((a, b) => b.remainder - a.remainder)) {
    if (open <= 0 || found[i] >= limits[i]) continue;
    found[i]++;
    open--;
  }
  return found;
}
