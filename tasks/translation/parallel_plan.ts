import { abbreviate, boolean, choiceOrPath, nullable, path, type Schema, string } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  describeTable,
  FILE,
  FRACTIONS,
  type ParallelTexts,
  readParallelTexts,
  TABLE,
  tableOptions,
  type TablePlan,
} from "../data/mod.ts";
import { namesKnown } from "../data/data_format.ts";
import { needingData } from "../data/fields.ts";
import { intlPairs } from "../default_data/mod.ts";
import { asLines, readTokenizer, trainModel, vocabularyFields } from "../processors/mod.ts";
import { count, type DataSet } from "../task_model/mod.ts";
import { subwordsFor, type TranslatorConfig } from "./hyperparameters.ts";
import { type ParallelCorpus, type SentencePair, splitPairs, type TokenizerPair } from "./pairs.ts";

/** The files of sentence pairs: two files of matching lines, or a table. */
export interface PairPlan extends TablePlan {
  /** File of source sentences, one per line. */
  readonly src: string | null;
  /** File of their translations, one per line. */
  readonly tgt: string | null;
  /** Table of pairs, instead of `src` and `tgt`. */
  readonly data: string | null;
  /** Column of the table that holds the source sentences; null to detect it. */
  readonly sourceColumn: string | null;
  /** Column of the table that holds their translations; null to detect it. */
  readonly targetColumn: string | null;
}

/** The source of sentence pairs, their split and their tokenization. */
export interface ParallelPlan extends PairPlan {
  /** File of validation sentences. */
  readonly validSrc: string | null;
  /** File of their translations. */
  readonly validTgt: string | null;
  /** File of test sentences. */
  readonly testSrc: string | null;
  /** File of their translations. */
  readonly testTgt: string | null;
  /** Share of the pairs used for validation if there is no validation file. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the pairs used for testing if there is no test file. Default: 0. */
  readonly testFraction: number;
  /** Source language of the generated phrases. Default: "en". */
  readonly from: string;
  /** Target language of the generated phrases. Default: "fr". */
  readonly to: string;
  /** Kind of tokenizer to train, one of `TOKENIZERS`, or the path of a tokenizer file. Default: "bpe". */
  readonly tokenizer: string;
  /** Path of a tokenizer file for the target; null to use `tokenizer`. */
  readonly targetTokenizer: string | null;
  /**
   * Maximum size of each vocabulary; null for 8,000 subwords (two thirds of the pairs, but at least 1,000, if there are
   * fewer than 12,000 training pairs; more if characters take more than half of them), or for all words or characters.
   */
  readonly vocabSize: number | null;
  /** Whether both languages share one vocabulary and its embeddings. Default: false. */
  readonly joint: boolean;
  /** Seed of the split. */
  readonly seed: number;
}

/** The kinds of tokenizer that can be trained on the sentences. */
export const TOKENIZERS = ["bpe", "unigram", "word", "char"] as const;

const WITH_FILES = ["src", "data"] as const;
const GENERATED = { group: "data", value: "LOCALE", notWith: WITH_FILES } as const;
/** The options of a file that requires a parallel file. */
const beside = (other: string) => ({ ...FILE, needs: [other, WITH_FILES] });

const NEEDS_DATA = { needs: ["data"] } as const;

/** The schema of how files of sentence pairs are read. */
export const PAIR_FORMAT: Schema<Omit<PairPlan, "src" | "tgt" | "data">> = {
  sourceColumn: nullable(string({
    group: "data",
    value: "NAME",
    ...NEEDS_DATA,
    defaultText: "source, src or a language, or the first of two or three",
    help:
      "Column of the --data table that holds the source sentences: a name, a number from 1, or the path of a JSON " +
      "value (a.b).",
  })),
  targetColumn: nullable(string({
    group: "data",
    value: "NAME",
    ...NEEDS_DATA,
    defaultText: "target, tgt or a language, or the second of two or three",
    help: "Column that holds their translations, likewise.",
  })),
  ...needingData(TABLE),
  encoding: { ...TABLE.encoding, needs: [WITH_FILES] },
};

/** The schema of the source, split and tokenization of sentence pairs. */
export const PARALLEL_PLAN: Schema<ParallelPlan> = {
  src: nullable(path({ ...FILE, needs: ["tgt"], help: "Source sentences to train on, one per line." })),
  tgt: nullable(path({ ...FILE, needs: ["src"], help: "Translations of the --src sentences, one per line." })),
  data: nullable(path({
    ...FILE,
    insteadOf: ["src"],
    help: "Table of sentence pairs to train on, instead of --src and --tgt: TSV, CSV, JSON or JSON Lines.",
  })),
  ...PAIR_FORMAT,
  validSrc: nullable(
    path({ ...beside("validTgt"), help: "Validation sentences.", defaultText: "a share of the data" }),
  ),
  validTgt: nullable(path({ ...beside("validSrc"), help: "Translations of the --valid-src sentences." })),
  testSrc: nullable(path({ ...beside("testTgt"), help: "Test sentences, evaluated once after training." })),
  testTgt: nullable(path({ ...beside("testSrc"), help: "Translations of the --test-src sentences." })),
  validFraction: { ...FRACTIONS.validFraction, needs: [WITH_FILES], insteadOf: ["validSrc"] },
  testFraction: { ...FRACTIONS.testFraction, needs: [WITH_FILES], insteadOf: ["testSrc"] },
  from: string({
    ...GENERATED,
    default: "en",
    help: "Source language of the generated phrases, which are used if no data are given.",
  }),
  to: string({ ...GENERATED, default: "fr", help: "Target language of the generated phrases." }),
  tokenizer: choiceOrPath(TOKENIZERS, {
    group: "data",
    value: "KIND",
    default: "bpe",
    help: `Tokenizer to train (${TOKENIZERS.join(", ")}), or the path of a tokenizer file.`,
  }),
  targetTokenizer: nullable(path({
    group: "data",
    value: "FILE",
    notWith: ["joint"],
    defaultText: "as --tokenizer",
    help: "Tokenizer file for the target language.",
  })),
  vocabSize: {
    ...vocabularyFields(TOKENIZERS).vocabSize,
    defaultText: "all characters and words; 8000 for bpe, unigram, fewer below 12,000 pairs, more with many characters",
    help: "Maximum size of each vocabulary.",
  },
  joint: boolean({
    group: "data",
    default: false,
    help: "Share one vocabulary and its embeddings between both languages.",
  }),
  seed: { kind: "integer", group: "data", min: 0, default: 1, help: "Seed of the split." },
};

/** Sentence pairs, and the columns of the table from which they are. */
export interface PairData {
  /** The pairs. */
  readonly corpus: ParallelCorpus;
  /** The columns. */
  readonly dataFormat: TranslatorConfig["dataFormat"];
}

/** Reads and splits sentence pairs, or generates phrases in two languages if no file is given. */
export async function readPairData(plan: ParallelPlan): Promise<DataSet<PairData>> {
  const { from, to, seed } = plan;
  if (plan.src === null && plan.data === null) {
    // The pairs come first, since they refuse languages that the runtime does not know and cannot name.
    const data = { corpus: intlPairs({ from, to, seed }), dataFormat: null };
    const notes = [`Phrases in ${nameOf(from)} and ${nameOf(to)} from this runtime's own data.`];
    return { data, notes, warnings: [] };
  }
  const all = await readPairs(plan);
  const sides = (src: string | null, tgt: string | null): Promise<ParallelTexts> | undefined =>
    src === null ? undefined : readPairs({ ...plan, src, tgt, data: null });
  const valid = await sides(plan.validSrc, plan.validTgt);
  const test = await sides(plan.testSrc, plan.testTgt);
  const split = splitPairs(all.pairs, {
    validFraction: valid ? 0 : plan.validFraction,
    testFraction: test ? 0 : plan.testFraction,
    seed,
  });
  const corpus = { train: split.train, valid: valid?.pairs ?? split.valid, test: test?.pairs ?? split.test };
  const equal = [all, valid, test].flatMap((file) => file ? equalSides(file) : []);
  const data = { corpus, dataFormat: formatOf(all) };
  return { data, notes: [describePairs(all)], warnings: [...equal, ...repetitions(corpus)] };
}

/** Returns the names of the columns of a table. */
function formatOf({ table }: ParallelTexts): PairData["dataFormat"] {
  if (!table || table.firstRow?.isHeader === false) return null;
  const [sourceColumn, targetColumn] = table.columns;
  return namesKnown({ sourceColumn, targetColumn });
}

/** Reads sentence pairs from two files or a table; `likely` has the columns of other tables of the same kind. */
export async function readPairs(plan: PairPlan, likely?: PairData["dataFormat"]): Promise<ParallelTexts> {
  const { src, tgt, data, sourceColumn, targetColumn } = plan;
  return await readParallelTexts(data === null ? { source: src!, target: tgt! } : { pairs: data }, {
    ...tableOptions(plan),
    sourceColumn: sourceColumn ?? undefined,
    targetColumn: targetColumn ?? undefined,
    likely: likely ?? undefined,
  });
}

/** Describes files of pairs: their number and, of a table, how it was read. */
export function describePairs({ name, pairs, table }: ParallelTexts): string {
  if (!table) return `${name}: ${count(pairs.length, "pair")}.`;
  const [source, target] = table.columns.map((column) => abbreviate(column, 40));
  const columns = `columns ${source} and ${target}${table.width > 2 ? ` of ${table.width}` : ""}`;
  return `${name}: ${count(pairs.length, "pair")} (${describeTable(table, columns)}).`;
}

/** Returns a warning if there are pairs whose sides are equal, which are not translations. */
export function equalSides({ name, pairs }: ParallelTexts): string[] {
  const equal = pairs.filter(({ source, target }) => source === target && source.trim() !== "").length;
  return equal === 0 ? [] : [`${name}: ${count(equal, "pair")} ${equal === 1 ? "has" : "have"} equal sides`];
}

/** Returns the English name of a language. */
function nameOf(locale: string): string {
  return new Intl.DisplayNames("en", { type: "language" }).of(new Intl.Locale(locale).baseName) ?? locale;
}

/** Returns warnings for validation and test sentences that also occur in earlier parts. */
function repetitions({ train, valid = [], test = [] }: ParallelCorpus): string[] {
  const sources = (pairs: readonly SentencePair[]): string[] => pairs.map(({ source }) => source);
  const warn = (part: string, pairs: readonly SentencePair[], known: ReadonlySet<string>, how: string): string[] => {
    const repeated = pairs.filter(({ source }) => known.has(source)).length;
    if (repeated === 0) return [];
    const verb = repeated === 1 ? "is" : "are";
    return [`${count(repeated, `${part} sentence`)} ${verb} also ${how}: the ${part} figures are too good`];
  };
  return [
    ...warn("validation", valid, new Set(sources(train)), "in the training data"),
    ...warn("test", test, new Set([...sources(train), ...sources(valid)]), "in the training or validation data"),
  ];
}

/** Makes the tokenizers of a plan, with the vocabularies of the training pairs. */
export async function makeTokenizers(plan: ParallelPlan, train: readonly SentencePair[]): Promise<TokenizerPair> {
  const { tokenizer: kind, joint, targetTokenizer: other } = plan;
  const sizes = { vocabSize: plan.vocabSize ?? undefined, usualSize: subwordsFor({ pairs: train.length }) };
  const [sources, targets] = [train.map(({ source }) => source), train.map(({ target }) => target)];
  const make = async (texts: readonly string[]): Promise<Tokenizer> => {
    if (!isKind(kind)) return await readTokenizer(kind);
    // With a limit, the vocabulary has an unknown token for characters that occur only in other sentences.
    const limits = { ...sizes, ...(kind === "char" && { minCount: 1 }) };
    return await trainModel(kind, asLines(texts), { ...limits, splitDigits: true });
  };
  if (other !== null) return { source: await make(sources), target: await readTokenizer(other) };
  // A tokenizer file serves both sides.
  if (!joint && isKind(kind)) return { source: await make(sources), target: await make(targets) };
  const both = await make([...sources, ...targets]);
  return { source: both, target: both };
}

function isKind(tokenizer: string): tokenizer is typeof TOKENIZERS[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}
