import { InputRangeError } from "../../errors.ts";
import { abbreviate, describeList, describeValue } from "../../src/schema/mod.ts";
import { describeTable, type LabelledTexts } from "../data/mod.ts";
import { count } from "../task_model/mod.ts";
import { areMultiLabel, findDuplicates, type LabelledCorpus, labelsIn } from "./texts.ts";

/** Describes a file: its format, its columns and the number of texts for each label. */
export function describeFile(file: LabelledTexts): string {
  const { source, texts, textColumn, labelColumn, labelSeparator, encoding } = file;
  const counts = new Map<string, number>();
  for (const label of texts.flatMap(labelsIn)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const columns = textColumn === undefined
    ? undefined
    : `columns ${abbreviate(textColumn, 40)} and ${abbreviate(labelColumn ?? "", 40)}`;
  const shares = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([label, n]) =>
    `${abbreviate(label, 40)} ${n.toLocaleString("en")}`
  );
  const shown = shares.length > 12 ? [...shares.slice(0, 12), `and ${shares.length - 12} more labels`] : shares;
  const none = texts.filter((text) => labelsIn(text).length === 0).length;
  const all = none === 0 ? shown : [...shown, `no label ${none.toLocaleString("en")}`];
  const divided = labelSeparator === undefined ? "" : `, labels divided by ${describeValue(labelSeparator)}`;
  const read = encoding === undefined ? "" : `, read as ${encoding}, since it is not UTF-8`;
  const shape = `${describeTable(file, columns)}${read}${divided}`;
  return `${source}: ${count(texts.length, "text")} (${shape}): ${all.join(", ")}.`;
}

export function refuseSingleLabel({ source, texts, guess }: LabelledTexts): void {
  const [first, second] = new Set(texts.flatMap(labelsIn));
  if (second !== undefined) return;
  throw new InputRangeError(
    `read ${source}: expected texts of at least 2 labels, found ${describeValue(first)} only${noteOf(guess)}`,
  );
}

/** With at most this many labels, a detected format is trusted. */
const TRUSTED_LABELS = 10;

/**
 * Throws `RangeError`, with the counts, if the detected labels are the first words of prose: there are many, and either
 * the median label occurs fewer than 3 times or a label consists of punctuation.
 */
export function refuseGuessedProse({ source, texts }: LabelledTexts): void {
  const counts = Map.groupBy(texts, ({ label }) => label);
  if (counts.size <= TRUSTED_LABELS) return;
  const occurrences = [...counts.values()].map(({ length }) => length).sort((a, b) => a - b);
  const isRare = occurrences[occurrences.length >> 1] < 3;
  const mark = [...counts.keys()].find((label) => /^\p{P}+$/u.test(label));
  if (!isRare && mark === undefined) return;
  const once = occurrences.filter((n) => n === 1).length;
  const found = mark === undefined ? `${once.toLocaleString("en")} of them once` : `one of them ${describeValue(mark)}`;
  throw new InputRangeError(
    `read ${source}: expected lines of a label, a space and a text, found ${count(counts.size, "first word")} of ` +
      `${count(texts.length, "line")}, ${found}; set --format, or train on running text with train-lm`,
  );
}

/**
 * Throws `RangeError` that names the file and the place if a label of a file is not among the known ones, which the
 * message calls `whose`.
 */
export function expectLabels(file: LabelledTexts, known: readonly string[], whose: string): void {
  const { source, texts, place, guess } = file;
  const labels = new Set(known);
  const unknown = texts.map((text) => labelsIn(text).find((label) => !labels.has(label)));
  const index = unknown.findIndex((label) => label !== undefined);
  if (index < 0) return;
  throw new InputRangeError(
    `read ${source}: expected ${whose} (${describeList(known)}), found ${describeValue(unknown[index])} on ` +
      `${place(index)}${noteOf(guess)}`,
  );
}

function noteOf(guess: string | undefined): string {
  return guess === undefined ? "" : `; ${guess}`;
}

/** Returns warnings for texts that were skipped, and for words as labels in a file whose format is a guess. */
export function fileWarnings({ source, texts, empty, guess, lowerCase = 0 }: LabelledTexts): string[] {
  const word = guess === undefined ? undefined : texts.find(({ label }) => /^\p{L}/u.test(label))?.label;
  return [
    ...word === undefined ? [] : [`${source}: ${describeValue(word)} is a label, since ${guess}`],
    ...empty > 0 ? [`${source}: ${count(empty, "empty text")} skipped`] : [],
    ...lowerCase > 0 ? [`${source}: ${count(lowerCase, "sequence")} with lower-case letters read in upper case`] : [],
  ];
}

/** Returns a warning if the labels of a file for one label of a text look like lists of labels. */
export function listWarnings({ source, likelyList }: LabelledTexts): string[] {
  if (likelyList === undefined) return [];
  return [
    `${source}: ${describeValue(abbreviate(likelyList, 40))} and others look like lists of labels, each of which was ` +
    "read as one label; --multi-label divides them",
  ];
}

export function duplicateWarnings(corpus: LabelledCorpus): string[] {
  const { valid, test, train, contradictions } = findDuplicates(corpus);
  const what = areMultiLabel(corpus.train) ? "list of labels" : "label";
  return [
    ...train > 0 ? [`${count(train, "training text")} ${train === 1 ? "repeats" : "repeat"} an earlier one`] : [],
    ...valid > 0
      ? [
        `${count(valid, "validation text")} ${
          be(valid)
        } also in the training data: the validation figures are too good`,
      ]
      : [],
    ...test > 0
      ? [
        `${count(test, "test text")} ${
          be(test)
        } also in the training or validation data: the test figures are too good`,
      ]
      : [],
    ...contradictions > 0
      ? [`${count(contradictions, "text")} ${contradictions === 1 ? "has" : "have"} more than one ${what}`]
      : [],
  ];
}

function be(count: number): string {
  return count === 1 ? "is" : "are";
}
