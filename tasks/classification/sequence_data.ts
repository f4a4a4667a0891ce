import { InputRangeError } from "../../errors.ts";
import { type LabelledTexts, readLabelledTexts, type ReadOptions } from "../data/mod.ts";
import {
  type Alphabet,
  asSequence,
  countOtherLetters,
  detectNucleotides,
  nameOfAlphabet,
  type OtherLetters,
  plainLetters,
  plainStretches,
} from "../data/sequences/mod.ts";
import { count } from "../task_model/mod.ts";
import { mostFrequentLength } from "./common_length.ts";
import type { SequencePlan } from "./sequence_fields.ts";
import { labelsIn } from "./texts.ts";

function partsOf(list: string): string[] {
  return list.split(",").map((part) => part.trim());
}

/**
 * Reads a file for each of some labels; commas divide the paths and the labels.
 *
 * Throws `RangeError` if there are not as many files as labels, or for what `readLabelledTexts` throws.
 */
export async function readFilesOfLabels(
  paths: string,
  fileLabels: string,
  options: ReadOptions,
): Promise<LabelledTexts> {
  const [files, labels] = [partsOf(paths), partsOf(fileLabels)];
  if (files.length !== labels.length) {
    const found = count(files.length, "file");
    throw new InputRangeError(
      `read ${paths}: expected a file for each of ${count(labels.length, "label")}, found ${found}`,
    );
  }
  const found: LabelledTexts[] = [];
  for (const [i, file] of files.entries()) found.push(await readLabelledTexts(file, { ...options, label: labels[i] }));
  return joined(found);
}

/** Joins the texts of several files. */
function joined(files: readonly LabelledTexts[]): LabelledTexts {
  const places = files.flatMap(({ texts, place, source }) => texts.map((_, i) => () => `${place(i)} of ${source}`));
  const sum = (number: (file: LabelledTexts) => number): number => files.reduce((all, file) => all + number(file), 0);
  return {
    source: files.map(({ source }) => source).join(","),
    format: files[0].format,
    encoding: files.find(({ encoding }) => encoding !== undefined)?.encoding,
    texts: files.flatMap(({ texts }) => texts),
    empty: sum(({ empty }) => empty),
    lowerCase: sum(({ lowerCase = 0 }) => lowerCase),
    place: (text) => places[text](),
  };
}

/** With at most this many sequences, each may have a label of its own. */
const FEW = 10;

/** Throws `RangeError` if the headers of sequences hold no labels, since most of what was read as one occurs once. */
export function refuseNames({ source, format, texts }: LabelledTexts): void {
  if (texts.length <= FEW || format !== "fasta" && format !== "fastq") return;
  const counts = Map.groupBy(texts.flatMap(labelsIn), (label) => label);
  const once = [...counts.values()].filter(({ length }) => length === 1).length;
  if (once <= counts.size / 2) return;
  throw new InputRangeError(
    `read ${source}: expected labels in the headers, found ${once.toLocaleString("en")} of ` +
      `${count(counts.size, "last field")} once; name their place with --label-column, or give a file for each label ` +
      "to --labels",
  );
}

/** With fewer letters on average, texts of another format are no sequences. */
const LEAST_LETTERS = 10;

/**
 * Returns the alphabet of a file's sequences. The texts of other formats than FASTA and FASTQ are sequences if the
 * tokenizer is trained on them, none has white space within it and nearly all letters are nucleotides; otherwise the
 * result is null.
 */
function alphabetOf({ format, texts }: LabelledTexts, isTrained: boolean): Alphabet | null {
  const sequences = texts.map(({ text }) => text.trim());
  if (format === "fasta" || format === "fastq") return detectNucleotides(sequences) ?? "protein";
  if (!isTrained) return null;
  const letters = sequences.reduce((sum, { length }) => sum + length, 0);
  if (letters < LEAST_LETTERS * sequences.length || sequences.some((text) => /\s/.test(text))) return null;
  return detectNucleotides(sequences) ?? null;
}

/** A plan with the tokenizer that reads its sequences. */
type TokenizingPlan = SequencePlan & {
  /** The kind of tokenizer or the path of its file. */
  readonly tokenizer: string;
};

/** Files whose letters have been settled, what is known about them, and warnings about what was done. */
interface SettledFiles {
  readonly files: readonly LabelledTexts[];
  readonly facts: SequenceFacts;
  readonly warnings: readonly string[];
}

/**
 * Settles the letters of files if their texts are symbol sequences. `isTrained` says whether the tokenizer is trained
 * on them; another one may know them in lower case, unless they come from FASTA or FASTQ.
 *
 * Throws `RangeError` that names the sequence if the plan refuses its letters, or if the tokenizer cannot read one of
 * its length.
 */
export function settleSequences(
  files: readonly LabelledTexts[],
  plan: TokenizingPlan,
  isTrained: boolean,
): SettledFiles {
  const alphabet = alphabetOf(files[0], isTrained);
  if (plan.tokenizer === "kmer") { for (const file of files) refuseShort(file, plan.k); }
  if (alphabet === null) return { files, facts: { alphabet, window: null }, warnings: [] };
  if (plan.tokenizer === "wordpiece") { for (const file of files) refuseLong(file); }
  const settled = files.map((file) => settleLetters(file, alphabet, plan));
  return {
    files: settled.map(({ file }) => file),
    facts: { alphabet, window: mostFrequentLength(settled[0].file.texts.map(({ text }) => asSequence(text).length)) },
    warnings: settled.flatMap(({ warnings }) => warnings),
  };
}

/** The kind of tokenizer for texts: a sequence has no words, so that its letters are read instead. */
export function kindFor(tokenizer: string, { alphabet }: SequenceFacts): string {
  return alphabet !== null && tokenizer === "word" ? "char" : tokenizer;
}

/** A file whose letters have been settled, and what was done. */
interface Settled {
  readonly file: LabelledTexts;
  readonly warnings: readonly string[];
}

/**
 * Counts the letters that do not name one symbol of the alphabet, and skips the sequences that have one if the plan
 * says so.
 *
 * Throws `RangeError` with the place if the plan refuses them, or if they are in all sequences that would be skipped.
 */
function settleLetters(
  file: LabelledTexts,
  alphabet: Alphabet,
  { ambiguous: rule, tokenizer }: TokenizingPlan,
): Settled {
  const { source, texts, place } = file;
  const isPlain = ({ text }: { readonly text: string }): boolean => countOtherLetters([text], alphabet).sequences === 0;
  const { sequences, ambiguous, outside } = countOtherLetters(texts.map(({ text }) => text), alphabet);
  if (sequences === 0) return { file, warnings: [] };
  const found = describeOthers({ ambiguous, outside });
  const letters = plainLetters(alphabet);
  if (rule === "refuse") {
    throw new InputRangeError(
      `read ${source}: expected the letters ${letters}, found ${found}, first on ` +
        place(texts.findIndex((text) => !isPlain(text))),
    );
  }
  const warning = (done: string): string => `${source}: ${found} in ${count(sequences, "sequence")} ${done}`;
  // The tokens of BPE are bytes, so that it knows any letter.
  const isKept = rule === "keep" || tokenizer === "bpe";
  if (rule !== "skip") return { file, warnings: [warning(isKept ? "kept" : "read as unknown")] };
  const kept = texts.flatMap((text, i) => isPlain(text) ? [i] : []);
  if (kept.length === 0) {
    throw new InputRangeError(`read ${source}: expected sequences of the letters ${letters}, found ${found} in all`);
  }
  return {
    file: { ...file, texts: kept.map((i) => texts[i]), place: (text) => place(kept[text]) },
    warnings: [warning("skipped")],
  };
}

/** Lists letters that do not name one symbol: "1 ambiguous letter (N 1) and 1 letter outside the alphabet (X 1)". */
export function describeOthers({ ambiguous, outside }: Pick<OtherLetters, "ambiguous" | "outside">): string {
  return [
    describeLetters((sum) => count(sum, "ambiguous letter"), ambiguous),
    describeLetters((sum) => `${count(sum, "letter")} outside the alphabet`, outside),
  ].filter((part) => part !== "").join(" and ");
}

/**
 * Returns a warning about the letters of a file's sequences that do not name one symbol of a classifier's alphabet.
 *
 * Throws `RangeError` if the sequences are nucleotides of another alphabet.
 */
export function letterWarnings({ source, texts }: LabelledTexts, alphabet: Alphabet | null): string[] {
  if (alphabet === null) return [];
  const sequences = texts.map(({ text }) => text);
  const others = countOtherLetters(sequences, alphabet);
  const found = detectNucleotides(sequences);
  // Sequences of A, C and G alone may be DNA and RNA.
  if (found !== undefined && found !== alphabet && (alphabet === "protein" || others.outside.size > 0)) {
    const [expected, other] = [alphabet, found].map(nameOfAlphabet);
    throw new InputRangeError(`read ${source}: expected sequences of ${expected}, found ${other}`);
  }
  if (others.sequences === 0) return [];
  const letters = plainLetters(alphabet);
  return [
    `${source}: ${describeOthers(others)} in ${
      count(others.sequences, "sequence")
    }; the model's letters are ${letters}`,
  ];
}

/** Lists letters with their numbers: "3 ambiguous letters (N 2, R 1)". */
function describeLetters(noun: (sum: number) => string, counts: ReadonlyMap<string, number>): string {
  if (counts.size === 0) return "";
  const all = [...counts].sort(([, a], [, b]) => b - a);
  const sum = all.reduce((sum, [, n]) => sum + n, 0);
  const shown = all.slice(0, 8).map(([letter, n]) => `${letter} ${n.toLocaleString("en")}`).join(", ");
  return `${noun(sum)} (${shown}${all.length > 8 ? ", ..." : ""})`;
}

/** Throws `RangeError` that names the sequence if one is shorter than a k-mer. */
export function refuseShort({ source, texts, place }: LabelledTexts, k: number): void {
  const short = texts.findIndex(({ text }) => asSequence(text).length < k);
  if (short < 0) return;
  const found = asSequence(texts[short].text).length;
  throw new InputRangeError(
    `read ${source}: expected at least ${k} letters, for k-mers of ${k}, found ${found} on ${place(short)}`,
  );
}

/** Longer words are one unknown token of WordPiece, and a sequence is one word. */
const LONGEST_WORD = 100;

/** Throws `RangeError` that names the sequence if one is longer than a word of WordPiece. */
function refuseLong({ source, texts, place }: LabelledTexts): void {
  const long = texts.findIndex(({ text }) => asSequence(text).length > LONGEST_WORD);
  if (long < 0) return;
  const found = asSequence(texts[long].text).length;
  throw new InputRangeError(
    `read ${source}: expected at most ${LONGEST_WORD} letters, for --tokenizer wordpiece, found ${found} on ` +
      `${place(long)}; char, kmer and bpe read any length`,
  );
}

/** Facts about the training sequences. */
export interface SequenceFacts {
  /** The alphabet; null if the texts are no sequences. */
  readonly alphabet: Alphabet | null;
  /** The most frequent length; null likewise. */
  readonly window: number | null;
}

/** Says how sequences are read: "Sequences of DNA, mostly of 81 letters, read in k-mers of 3." */
export function describeSequences(facts: SequenceFacts, { k, tokenizer }: TokenizingPlan): string[] {
  const { alphabet, window } = facts;
  if (alphabet === null || window === null) return [];
  const kind = kindFor(tokenizer, facts);
  const how = kind === "kmer" ? `, read in k-mers of ${k}` : kind === "char" ? ", read letter by letter" : "";
  return [`Sequences of ${nameOfAlphabet(alphabet)}, mostly of ${count(window, "letter")}${how}.`];
}

/** Yields the texts from which a tokenizer of sequences learns its vocabulary. */
export async function* vocabularyTexts(
  texts: readonly string[],
  alphabet: Alphabet,
  { ambiguous }: SequencePlan,
): AsyncGenerator<string, void, void> {
  for (const text of texts) {
    if (ambiguous === "keep") yield asSequence(text);
    else yield* plainStretches(text, alphabet);
  }
}
