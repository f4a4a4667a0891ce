import { InputRangeError, InputTypeError } from "../../errors.ts";
import { describeList, describeValue } from "../../src/schema/mod.ts";
import { PipelineTokenizer, preTokenizers, type Tokenizer } from "../../tokenizers/mod.ts";
import { sortLabels } from "../labels/mod.ts";
import { count, expectParts, Fingerprint } from "../task_model/mod.ts";

/** A text and its label. */
export interface LabelledText {
  /** The text. */
  readonly text: string;
  /** The label. A text with `labels` is known by this list of them in messages. */
  readonly label: string;
  /** All labels of the text, for multi-label classifiers; there may be none. Default: `label` alone. */
  readonly labels?: readonly string[];
}

/**
 * A text and its labels, for multi-label classifiers.
 *
 * @example
 * ```ts
 * import { labelsOf } from "@elman/elman";
 * import type { MultiLabelText } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const texts: MultiLabelText[] = [
 *   { text: "a war film, but funny", labels: ["war", "comedy"] },
 *   { text: "a film", labels: [] },
 * ];
 * assertEquals(labelsOf(texts), ["comedy", "war"]);
 * ```
 */
export type MultiLabelText = Omit<LabelledText, "label" | "labels"> & {
  /** The labels; there may be none. */
  readonly labels: readonly string[];
};

/** Labeled texts, split into parts. */
export interface LabelledCorpus<T = LabelledText> {
  /** The training texts. */
  readonly train: readonly T[];
  /** The validation texts, which decide when to stop and select the best parameters. */
  readonly valid?: readonly T[];
  /** The test texts, evaluated once after training. */
  readonly test?: readonly T[];
}

/** Returns the labels of a text. */
export function labelsIn(text: LabelledText | MultiLabelText): readonly string[] {
  return text.labels ?? [(text as LabelledText).label];
}

/** Returns a text with its list of labels as label, if it has none of its own. */
function asLabelled(text: LabelledText | MultiLabelText): LabelledText {
  const { label } = text as LabelledText;
  return typeof label === "string" ? text as LabelledText : { ...text, label: labelsIn(text).toSorted().join("|") };
}

/** Lists the labels of all parts: one of multi-label data may be missing in training. */
export function allLabels({ train, valid = [], test = [] }: LabelledCorpus): string[] {
  return labelsOf([train, valid, test].flat());
}

/** Whether labeled texts are those of multi-label data. */
export function areMultiLabel(texts: readonly LabelledText[]): boolean {
  return texts.some(({ labels }) => labels !== undefined);
}

/**
 * Checks labeled texts and returns them by part. Throws `TypeError` for other values, and `RangeError` if there is no
 * training text.
 */
export function expectLabelled(action: string, data: unknown): LabelledCorpus {
  const corpus = (Array.isArray(data) ? { train: data } : expectParts(action, data)) as LabelledCorpus;
  const { train, valid, test } = corpus;
  if (!Array.isArray(train)) {
    throw new InputTypeError(
      `${action}: expected a list of { text, label }, or { train, valid, test } with such lists, found ${
        describeValue(data)
      }`,
    );
  }
  const checked = {
    train: expectLabelledTexts(action, "train", train),
    valid: valid === undefined ? undefined : expectLabelledTexts(action, "valid", valid),
    test: test === undefined ? undefined : expectLabelledTexts(action, "test", test),
  };
  if (train.length === 0) throw new InputRangeError(`${action}: expected at least 1 training text, found none`);
  // A corpus that needs no change stays the same object, by which results of its own are remembered.
  const isSame = checked.train === train && checked.valid === valid && checked.test === test;
  return isSame ? corpus : checked;
}

/** Checks labeled texts and returns them. Throws `TypeError` if a value is not a list of them. */
export function expectLabelledTexts(action: string, part: string, texts: unknown): readonly LabelledText[] {
  const areNames = (value: unknown): boolean =>
    Array.isArray(value) && value.every((label) => typeof label === "string" && label !== "");
  const isText = (entry: unknown): boolean => {
    const { text, label, labels } = (entry ?? {}) as Partial<LabelledText>;
    return typeof text === "string" && (labels === undefined ? typeof label === "string" : areNames(labels));
  };
  const wrong = Array.isArray(texts) ? texts.find((entry) => !isText(entry)) : texts;
  const isKnown = ({ label }: LabelledText): boolean => typeof label === "string";
  if (Array.isArray(texts) && texts.every(isText)) return texts.every(isKnown) ? texts : texts.map(asLabelled);
  throw new InputTypeError(`${action}: expected { text, label } in ${part}, found ${describeValue(wrong)}`);
}

/** With at most this many labels, each may occur only once: a small set of examples is not running text. */
const MAX_RARE_LABELS = 100;

/**
 * Throws `RangeError`, with the counts, if there are many labels and most occur only once: such data is running text,
 * not labeled texts.
 */
export function refuseRunningText(action: string, texts: readonly LabelledText[]): void {
  const counts = new Map<string, number>();
  for (const label of texts.flatMap(labelsIn)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const once = [...counts.values()].filter((count) => count === 1).length;
  if (counts.size <= MAX_RARE_LABELS || once <= counts.size / 2) return;
  throw new InputRangeError(
    `${action}: expected labels that occur more than once, found ${once.toLocaleString("en")} of ` +
      `${counts.size.toLocaleString("en")} labels that occur once; train a language model on running text`,
  );
}

/** The largest number of pairs of a text and a label of which training keeps a few numbers each. */
export const MOST_PAIRS = 2 ** 29;

/** The largest number of labels of which any two are counted together. */
const MOST_LABELS = 2 ** 13;

/**
 * Throws `RangeError`, with the counts, if there are so many labels that the confusion matrix does not fit into memory,
 * or, if a text may have several, what training keeps for each text and label.
 */
export function refuseManyLabels(
  action: string,
  texts: number,
  { labels: { length: labels }, multiLabel }: { readonly labels: readonly string[]; readonly multiLabel: boolean },
): void {
  const [pairs, mostPairs, mostLabels] = [texts * labels, MOST_PAIRS, MOST_LABELS].map((n) => n.toLocaleString("en"));
  if (!multiLabel) {
    if (labels <= MOST_LABELS) return;
    throw new InputRangeError(
      `${action}: expected at most ${mostLabels} labels, of which any two are counted together, found ` +
        count(labels, "label"),
    );
  }
  if (texts * labels <= MOST_PAIRS) return;
  throw new InputRangeError(
    `${action}: expected at most ${mostPairs} pairs of a text and a label, for which training keeps numbers, found ` +
      `${pairs}: ${count(texts, "text")} and ${count(labels, "label")}`,
  );
}

/** Texts, and their token ids. */
export interface ReadableTexts {
  /** The texts themselves. */
  readonly texts: readonly string[];
  /** The token ids of each text. */
  readonly ids: readonly Int32Array[];
  /** The other strands of the texts, if both are read. */
  readonly reverse?: ReadableTexts;
}

/** Labeled texts as token ids and label indices. */
export interface EncodedTexts extends ReadableTexts {
  /**
   * The index of each text's label. For multi-label classifiers: 1 for each label of a text and 0 for the others,
   * `[texts, labels]`.
   */
  readonly targets: Int32Array;
  /** Number of texts that were truncated. */
  readonly truncated: number;
}

/**
 * Lists the labels that occur: numbers in ascending order, then the others in code-point order.
 *
 * @example
 * ```ts
 * import { labelsOf } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const texts = ["10", "9", "none", "9"].map((label) => ({ text: "a film", label }));
 * assertEquals(labelsOf(texts), ["9", "10", "none"]);
 * ```
 */
export function labelsOf(texts: readonly (LabelledText | MultiLabelText)[]): string[] {
  return sortLabels(expectLabelledTexts("list labels", "texts", texts).flatMap(labelsIn));
}

/** Returns the number of tokens after which a classifier truncates a text. A linear model alone reads all of it. */
export function tokenLimit(
  { architecture, maxTokens }: { readonly architecture: string; readonly maxTokens: number },
): number {
  return architecture === "linear" ? Infinity : maxTokens;
}

/** The place of a text, for messages. */
interface TextPlace {
  /** The action that reads the text. Default: "classify". */
  readonly action?: string;
  /** The text. Default: "the text". */
  readonly what?: string;
}

/** Encodes a text, truncated to `maxTokens`. Throws `RangeError` if it has no tokens. */
export function encodeForReading(
  text: string,
  tokenizer: Tokenizer,
  maxTokens: number,
  { action = "classify", what = "the text" }: TextPlace = {},
): { ids: Int32Array; isTruncated: boolean } {
  const ids = idsOf(text, tokenizer);
  if (ids.length === 0) {
    throw new InputRangeError(`${action}: expected ${contentFor(tokenizer)} in ${what}, found none`);
  }
  const isTruncated = ids.length > maxTokens;
  return { ids: isTruncated ? ids.slice(0, maxTokens) : ids, isTruncated };
}

/** Number of code units of the beginning of a text. */
const BEGINNING = 100;

/** Whether a tokenizer finds tokens in a text; others cannot be read. */
export function hasTokens(text: string, tokenizer: Tokenizer): boolean {
  // Nearly all texts have tokens at their beginning, so that few are read twice as a whole.
  return idsOf(text.slice(0, BEGINNING), tokenizer).length > 0 || idsOf(text, tokenizer).length > 0;
}

function idsOf(text: string, tokenizer: Tokenizer): Int32Array {
  return text.trim() === "" ? new Int32Array() : tokenizer.encode(text);
}

/** The content that a text needs so that a tokenizer finds tokens in it. */
export function contentFor(tokenizer: Tokenizer): string {
  const k = kmerLength(tokenizer);
  return k === undefined ? "words" : `a k-mer of ${count(k, "letter")}`;
}

/** The number of letters of a tokenizer's k-mers; undefined if its tokens are others. */
export function kmerLength(tokenizer: Tokenizer): number | undefined {
  const preTokenizer = tokenizer instanceof PipelineTokenizer ? tokenizer.parts.preTokenizer : undefined;
  return preTokenizer instanceof preTokenizers.Kmer ? preTokenizer.k : undefined;
}

/**
 * Encodes labeled texts; `part` names them in messages. Throws `RangeError` if a text has no tokens or a label is not
 * one of `labels`.
 */
export function encodeTexts(
  texts: readonly LabelledText[],
  tokenizer: Tokenizer,
  labels: readonly string[],
  maxTokens: number,
  part: string,
): EncodedTexts {
  const placesOf = labelPlaces(labels, part);
  const targets = Int32Array.from(texts, (text, i) => {
    const [place, ...others] = placesOf(text, i);
    if (place !== undefined && others.length === 0) return place;
    throw new InputRangeError(
      `read the ${part} texts: expected one label for each text, found ${count(labelsIn(text).length, "label")} in ` +
        `text ${i + 1}; create the classifier with multiLabel`,
    );
  });
  return { ...encodeAll(texts, tokenizer, maxTokens, part), targets };
}

/** Returns a function that looks up the labels of a text, which throws `RangeError` if one of them is unknown. */
export function labelPlaces(
  labels: readonly string[],
  part: string,
): (text: LabelledText, i: number) => readonly number[] {
  const places = new Map(labels.map((label, place) => [label, place]));
  return (text, i) =>
    labelsIn(text).map((label) => {
      const place = places.get(label);
      if (place !== undefined) return place;
      throw new InputRangeError(
        `read the ${part} texts: expected the labels ${describeList(labels)}, found ${describeValue(label)} in text ${
          i + 1
        }`,
      );
    });
}

/** Encodes texts without their labels; `part` names them in messages. Throws `RangeError` if one has no tokens. */
export function encodeAll(
  texts: readonly LabelledText[],
  tokenizer: Tokenizer,
  maxTokens: number,
  part: string,
): Omit<EncodedTexts, "targets"> {
  let truncated = 0;
  const action = `read the ${part} texts`;
  const ids = texts.map(({ text }, i) => {
    const encoded = encodeForReading(text, tokenizer, maxTokens, { action, what: `text ${i + 1}` });
    if (encoded.isTruncated) truncated++;
    return encoded.ids;
  });
  return { texts: texts.map(({ text }) => text), ids, truncated };
}

/** Returns a key that is the same for texts that differ only in case and white space. */
export function sameness(text: string): string {
  return text.trim().toLowerCase().replaceAll(/\s+/g, " ");
}

/** Counts of texts that occur more than once in a corpus. */
export interface Duplicates {
  /** Validation texts that are also training texts. */
  readonly valid: number;
  /** Test texts that are also training or validation texts. */
  readonly test: number;
  /** Training texts that repeat an earlier training text. */
  readonly train: number;
  /** Distinct texts with more than one label, or, in multi-label data, more than one list of labels. */
  readonly contradictions: number;
}

/**
 * Counts texts that occur more than once, ignoring case and white space.
 *
 * @example
 * ```ts
 * import { findDuplicates } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = [{ text: "A fine film", label: "good" }, { text: "a  fine film", label: "bad" }];
 * const valid = [{ text: "a fine film", label: "good" }];
 * assertEquals(findDuplicates({ train, valid }), { train: 1, valid: 1, test: 0, contradictions: 1 });
 * ```
 */
export function findDuplicates(corpus: LabelledCorpus<LabelledText | MultiLabelText>): Duplicates {
  const [train, valid, test] = [corpus.train, corpus.valid ?? [], corpus.test ?? []].map((part) =>
    part.map(asLabelled)
  );
  const labels = new Map<string, Set<string>>();
  const count = (texts: readonly LabelledText[]): number => {
    const known = new Set(labels.keys());
    const repeated = texts.filter(({ text }) => known.has(sameness(text))).length;
    for (const { text, label } of texts) {
      const key = sameness(text);
      labels.set(key, (labels.get(key) ?? new Set()).add(label));
    }
    return repeated;
  };
  count(train);
  const repeatedInTrain = train.length - labels.size;
  const [repeatedInValid, repeatedInTest] = [count(valid), count(test)];
  const contradictions = [...labels.values()].filter(({ size }) => size > 1).length;
  return { train: repeatedInTrain, valid: repeatedInValid, test: repeatedInTest, contradictions };
}

/** Computes a fingerprint of all ids and labels; corpora with the same fingerprint are treated as the same. */
export function fingerprintOf(parts: readonly (EncodedTexts | undefined)[]): number {
  const fingerprint = new Fingerprint();
  for (const part of parts) {
    const width = part ? part.targets.length / part.ids.length : 0;
    part?.ids.forEach((ids, i) => {
      fingerprint.addAll(ids);
      fingerprint.addAll(part.targets.subarray(i * width, (i + 1) * width));
      fingerprint.add(ids.length);
    });
    fingerprint.add(part?.ids.length ?? 0);
  }
  return fingerprint.value;
}
