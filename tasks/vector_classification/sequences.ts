import { InputRangeError, InputTypeError } from "../../errors.ts";
import { describeList, describeValue } from "../../src/schema/mod.ts";
import { Random } from "../../src/nn/mod.ts";
import type { VectorSequence } from "../data/mod.ts";
import { sortLabels } from "../labels/mod.ts";
import { holdOut } from "../task_model/hold_out.ts";
import { count, expectFractions, expectParts, Fingerprint } from "../task_model/mod.ts";
import type { TargetedSequences } from "./learning.ts";

/** Labeled sequences, split into parts. */
export interface VectorCorpus {
  /** The training sequences. */
  readonly train: readonly VectorSequence[];
  /** The validation sequences, which decide when to stop and select the best parameters. */
  readonly valid?: readonly VectorSequence[];
  /** The test sequences, evaluated once after training. */
  readonly test?: readonly VectorSequence[];
}

/** Checks labeled sequences and returns them by part. Throws `TypeError` for other values. */
export function expectVectorCorpus(action: string, data: unknown): VectorCorpus {
  const corpus = (Array.isArray(data) ? { train: data } : expectParts(action, data)) as VectorCorpus;
  if (!Array.isArray(corpus.train)) {
    throw new InputTypeError(
      `${action}: expected a list of sequences, or { train, valid, test } with such lists, found ${
        describeValue(data)
      }`,
    );
  }
  for (const [part, sequences] of Object.entries(corpus)) {
    if (sequences !== undefined) expectSequences(action, part, sequences);
  }
  if (corpus.train.length === 0) throw new InputRangeError(`${action}: expected at least 1 sequence, found none`);
  return corpus;
}

/** Throws `TypeError` if a value is not a list of sequences, `RangeError` if one has a value that is not finite. */
export function expectSequences(action: string, part: string, sequences: unknown): void {
  const isSequence = (value: unknown): boolean => {
    const { frames, length, channels } = (value ?? {}) as VectorSequence;
    return frames instanceof Float32Array && length >= 1 && channels >= 1 && frames.length === length * channels;
  };
  const wrong = Array.isArray(sequences) ? sequences.find((entry) => !isSequence(entry)) : sequences;
  if (!Array.isArray(sequences) || !sequences.every(isSequence)) {
    throw new InputTypeError(
      `${action}: expected sequences as vectorSequence makes them in ${part}, found ${describeValue(wrong)}`,
    );
  }
  for (const { frames, source } of sequences) {
    const value = frames.find((value: number) => !Number.isFinite(value));
    if (value !== undefined) {
      throw new InputRangeError(`${action}: expected finite values in ${source}, found ${value}`);
    }
  }
}

/**
 * Lists the labels that occur: numbers in ascending order, then the others in code-point order.
 *
 * @example
 * ```ts
 * import { vectorSequence } from "@elman/elman/data";
 * import { vectorLabels } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(vectorLabels(["wave", "clap"].map((label) => vectorSequence([[1]], { label }))), ["clap", "wave"]);
 * ```
 */
export function vectorLabels(sequences: readonly VectorSequence[]): string[] {
  expectSequences("list labels", "sequences", sequences);
  return sortLabels(sequences.flatMap(({ label }) => label ?? []));
}

/** Finds the index of each sequence's label. Throws `RangeError` if one is none of the labels. */
export function targetsOf(sequences: readonly VectorSequence[], labels: readonly string[]): TargetedSequences {
  const places = new Map(labels.map((label, i) => [label, i]));
  const targets = Int32Array.from(sequences, ({ label, source }) => {
    const place = label === undefined ? undefined : places.get(label);
    if (place !== undefined) return place;
    throw new InputRangeError(
      `expected one of the labels ${describeList(labels)} in ${source}, found ${
        label === undefined ? "none" : describeValue(label)
      }`,
    );
  });
  return { sequences, targets };
}

/** Options of `splitSequences`. */
export interface SplitSequencesOptions {
  /** Share of the sequences for validation. Default: 0. */
  readonly validFraction?: number;
  /** Share of the sequences for testing. Default: 0. */
  readonly testFraction?: number;
  /** Seed of the split. Default: 1. */
  readonly seed?: number;
}

/**
 * Splits sequences at random, with each label in proportion; the sequences of a group stay together. A part has at
 * least 1 sequence; a group that would make it larger than twice its share stays in training, unless all groups would.
 * Throws `RangeError` if a share is invalid, or if there are too few groups or sequences for a part.
 *
 * @example
 * ```ts
 * import { vectorSequence } from "@elman/elman/data";
 * import { splitSequences } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const waves = ["1", "1", "2", "2"].map((group) => vectorSequence([[1]], { label: "wave", group }));
 * const { train, valid } = splitSequences(waves, { validFraction: 0.5 });
 * assertEquals([train.length, valid?.length], [2, 2]);
 * assertEquals(new Set(valid?.map(({ group }) => group)).size, 1);
 * ```
 */
export function splitSequences(
  sequences: readonly VectorSequence[],
  options: SplitSequencesOptions = {},
): VectorCorpus {
  expectSequences("split sequences", "sequences", sequences);
  expectFractions("split sequences", options, ["seed"]);
  const { validFraction = 0, testFraction = 0, seed = 1 } = options;
  const sizeOf = (fraction: number): number =>
    fraction === 0 ? 0 : Math.max(1, Math.round(fraction * sequences.length));
  const { parts: [test, valid], left } = holdOut(
    mix(groupsByLabel(sequences, seed)),
    [sizeOf(testFraction), sizeOf(validFraction)],
  );
  if (testFraction > 0 && test.length === 0) throw tooFew(sequences, "test");
  if (validFraction > 0 && valid.length === 0) throw tooFew(sequences, "valid");
  const take = (part: number[]): VectorSequence[] => part.sort((a, b) => a - b).map((place) => sequences[place]);
  return {
    train: take(left.flat()),
    valid: validFraction === 0 ? undefined : take(valid),
    test: testFraction === 0 ? undefined : take(test),
  };
}

function tooFew(sequences: readonly VectorSequence[], part: string): InputRangeError {
  return new InputRangeError(
    `split sequences: expected more groups or sequences, to have a ${part} part, found ${
      count(sequences.length, "sequence")
    }; pass the part separately, or set its fraction to 0`,
  );
}

/** The indices of the sequences that stay together. */
type Group = number[];

/**
 * Returns the groups of each label, that of their first sequences, in random order. A sequence may be a group alone.
 */
function groupsByLabel(sequences: readonly VectorSequence[], seed: number): Group[][] {
  const keys = sequences.map(({ group }, i) => group === undefined ? `${i}` : `group ${group}`);
  const groups = [...Map.groupBy(sequences.keys(), (i) => keys[i]).values()];
  const draws = new Random(seed).uniform(groups.length);
  const order = groups.map((group, i) => ({ group, draw: draws[i] })).sort((a, b) => a.draw - b.draw);
  const byLabel = Map.groupBy(order, ({ group }) => sequences[group[0]].label);
  return [...byLabel.values()].map((own) => own.map(({ group }) => group));
}

/** Mixes the groups of all labels evenly: the k-th of n groups of a label comes at (k + 1/2) / n of the way. */
function mix(labels: readonly Group[][]): Group[] {
  return labels.flatMap((own) => own.map((group, k) => ({ group, place: (k + 0.5) / own.length })))
    .sort((a, b) => a.place - b.place)
    .map(({ group }) => group);
}

/**
 * Divides sequences into folds at random; the sequences of a group are in the same fold. With "leave-one-out", each
 * group is a fold, or each sequence if it has none. Returns the indices of each fold's sequences in ascending order.
 *
 * Throws `RangeError` if there is only one group, or if there are more folds than groups, or than sequences without
 * groups.
 *
 * @example
 * ```ts
 * import { vectorSequence } from "@elman/elman/data";
 * import { foldSequences } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const waves = ["1", "2", "1", "3"].map((group) => vectorSequence([[1]], { label: "wave", group }));
 * assertEquals(foldSequences(waves, { folds: "leave-one-out" }), [[0, 2], [1], [3]]);
 * ```
 */
export function foldSequences(
  sequences: readonly VectorSequence[],
  { folds: wanted, seed = 1 }: { readonly folds: number | "leave-one-out"; readonly seed?: number },
): number[][] {
  const groups = groupsByLabel(sequences, seed).flat();
  const ascending = (places: number[]): number[] => places.sort((a, b) => a - b);
  if (groups.length < 2) {
    throw new InputRangeError("divide into folds: expected at least 2 groups or single sequences, found 1");
  }
  if (wanted === "leave-one-out") return groups.map(ascending).sort((a, b) => a[0] - b[0]);
  if (wanted > groups.length) {
    throw new InputRangeError(
      `divide into folds: expected at most ${groups.length}, the number of groups or single sequences, found ${wanted}`,
    );
  }
  const folds = Array.from({ length: wanted }, (): number[] => []);
  for (const group of groups) {
    const fold = folds.reduce((a, b) => b.length < a.length ? b : a);
    for (const place of group) fold.push(place);
  }
  return folds.map(ascending);
}

/** Computes a fingerprint of all frames and labels; corpora with the same fingerprint are treated as the same. */
export function fingerprintOf(parts: readonly (TargetedSequences | undefined)[]): number {
  const fingerprint = new Fingerprint();
  for (const part of parts) {
    part?.sequences.forEach(({ frames, length }, i) => {
      fingerprint.addAll(new Int32Array(frames.buffer, frames.byteOffset, frames.length));
      fingerprint.add(part.targets[i]);
      fingerprint.add(length);
    });
    fingerprint.add(part?.sequences.length ?? 0);
  }
  return fingerprint.value;
}
