import { readWordVectors, type WordVectors } from "../../src/formats/mod.ts";
import { choice, choiceOrPath, nullable, path, type Schema, string } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  FILE,
  FORMATS,
  FRACTIONS,
  type LabelledTexts,
  readLabelledTexts,
  TABLE,
  tableOptions,
  type TablePlan,
  type TextFormat,
} from "../data/mod.ts";
import { namesKnown } from "../data/data_format.ts";
import { AUTO_ENCODING, needingData } from "../data/fields.ts";
import { reviewCorpus } from "../default_data/mod.ts";
import { asLines, readTokenizer, trainModel, vocabularyFields, type VocabularyPlan } from "../processors/mod.ts";
import type { DataSet } from "../task_model/mod.ts";
import { FOLDS, samenessOf } from "./folds.ts";
import {
  describeFile,
  duplicateWarnings,
  expectLabels,
  fileWarnings,
  listWarnings,
  refuseGuessedProse,
  refuseSingleLabel,
} from "./labelled_files.ts";
import { MULTI_LABEL_DATA, MULTI_LABEL_FORMAT, type MultiLabelFormat, type MultiLabelPlan } from "./multi_label/mod.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";
import { ONLY_NETWORKS } from "./network_only.ts";
import {
  describeSequences,
  kindFor,
  readFilesOfLabels,
  refuseNames,
  type SequenceFacts,
  settleSequences,
  vocabularyTexts,
} from "./sequence_data.ts";
import { FILE_LABELS, SEQUENCE_PLAN, type SequencePlan } from "./sequence_fields.ts";
import { splitTexts } from "./split_texts.ts";
import { areMultiLabel, type LabelledCorpus, labelsIn, refuseManyLabels, refuseRunningText } from "./texts.ts";
import { treebankTokenizer } from "./treebank_tokenizer.ts";
import { tokensOf } from "./vectors.ts";

/** The format of files with labeled texts. */
export interface LabelledFormat extends TablePlan, MultiLabelFormat {
  /** Format of the files; null to detect it. */
  readonly format: TextFormat | null;
  /** Column of the texts; null to detect it. */
  readonly textColumn: string | null;
  /** Column of the labels; null to detect it. */
  readonly labelColumn: string | null;
  /** The labels of the files, divided by commas; null if the files hold the labels. */
  readonly fileLabels: string | null;
}

/** The source of labeled texts, their split and their tokenization. */
export interface LabelledPlan extends LabelledFormat, MultiLabelPlan, VocabularyPlan, SequencePlan {
  /** The data file; null for generated reviews. */
  readonly data: string | null;
  /** Validation file. */
  readonly valid: string | null;
  /** Test file. */
  readonly test: string | null;
  /** Share of the texts used for validation if there is no validation file. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the texts used for testing if there is no test file. Default: 0. */
  readonly testFraction: number;
  /** Number of folds to cross-validate with instead of training one model; null for none. */
  readonly folds: number | null;
  /** Kind of tokenizer to train, one of `TOKENIZERS`, or the path of a tokenizer file. Default: "word". */
  readonly tokenizer: string;
  /** File of pretrained word vectors; null for none. */
  readonly vectors: string | null;
  /** Directory of a language model or a classifier to start from; null for none. */
  readonly initFrom: string | null;
  /** Whether to fit the temperature on the validation texts after training. */
  readonly calibrate: boolean;
  /** Seed of the split. */
  readonly seed: number;
}

/** The kinds of tokenizer that can be trained on the texts. */
export const TOKENIZERS = ["word", "char", "kmer", "bpe", "wordpiece", "unigram"] as const;

/** The formats that have columns, rows of fields, and a delimiter that is not settled. */
const WITH_COLUMNS = { field: "format", values: ["csv", "tsv", "json", "jsonl"] } as const;
const WITH_LABEL_COLUMNS = { field: "format", values: [...WITH_COLUMNS.values, "fasta", "fastq"] } as const;
const WITH_ROWS = { field: "format", values: ["csv", "tsv"] } as const;
const WITH_DELIMITER = { field: "format", values: ["csv"] } as const;

/** The schema of the format of files with labeled texts. */
export const LABELLED_FORMAT: Schema<LabelledFormat> = {
  format: nullable(choice(FORMATS, {
    group: "data",
    defaultText: "detected",
    help: "Format of the files; with lines, each line is a label, a space and a text; with fasttext, __label__LABEL " +
      "and a text.",
  })),
  textColumn: nullable(string({
    group: "data",
    value: "NAME",
    onlyWith: WITH_COLUMNS,
    defaultText: "text, sentence, review or similar",
    help: "Column that holds the texts: a name, a number from 1, or the path of a JSON value (a.b).",
  })),
  labelColumn: nullable(string({
    group: "data",
    value: "NAME",
    onlyWith: WITH_LABEL_COLUMNS,
    defaultText: "label, sentiment, class or similar; for FASTA, label=, class= or the last field of a header",
    help:
      "Column that holds the labels, likewise, or, divided by commas, columns with 0 or 1 for each label; for FASTA " +
      "and FASTQ, a name before = or a field's number.",
  })),
  fileLabels: FILE_LABELS,
  ...MULTI_LABEL_FORMAT,
  delimiter: { ...TABLE.delimiter, onlyWith: WITH_DELIMITER },
  header: { ...TABLE.header, onlyWith: WITH_ROWS },
  encoding: AUTO_ENCODING,
};

const NEEDS_DATA = { needs: ["data"] } as const;
const NOT_WITH_INIT_FROM = { notWith: ["initFrom"] } as const;
const { vocabSize, minCount } = vocabularyFields(TOKENIZERS);

/** The schema of the source, split and tokenization of labeled texts. */
export const LABELLED_PLAN: Schema<LabelledPlan> = {
  data: nullable(
    path({
      ...FILE,
      help:
        "Labeled texts to train on: CSV, TSV, JSON, JSON Lines, fastText's lines, FASTA, FASTQ, or lines of a label " +
        "and a text.",
    }),
  ),
  valid: nullable(path({ ...FILE, ...NEEDS_DATA, help: "Validation texts.", defaultText: "a share of the data" })),
  test: nullable(path({ ...FILE, ...NEEDS_DATA, help: "Test texts, evaluated once after training." })),
  ...needingData(LABELLED_FORMAT),
  ...MULTI_LABEL_DATA,
  ...needingData(FRACTIONS),
  folds: FOLDS,
  tokenizer: choiceOrPath(TOKENIZERS, {
    group: "data",
    value: "KIND",
    ...NOT_WITH_INIT_FROM,
    default: "word",
    defaultText: "word; for DNA, RNA, proteins and texts without spaces, char",
    help: `Tokenizer to train (${TOKENIZERS.join(", ")}), or the path of a tokenizer file.`,
  }),
  vocabSize: { ...vocabSize, ...NOT_WITH_INIT_FROM },
  minCount: { ...minCount, ...NOT_WITH_INIT_FROM },
  ...SEQUENCE_PLAN,
  vectors: nullable(path({
    group: "data",
    value: "FILE",
    ...NOT_WITH_INIT_FROM,
    onlyWith: ONLY_NETWORKS,
    help: "Pretrained word vectors, as text (GloVe, fastText, word2vec) or word2vec binary.",
  })),
  initFrom: nullable(path({
    group: "model",
    value: "DIR",
    help: "Language model whose tokenizer, embeddings and recurrent layers to start from, or classifier to go on from.",
  })),
  calibrate: {
    kind: "boolean",
    group: "run",
    default: false,
    isFree: true,
    help: "Calibrate the probabilities on the validation texts after training, by temperature scaling.",
  },
  seed: { kind: "integer", group: "data", min: 0, default: 1, help: "Seed of the split." },
};

/** Labeled texts, and the detected format of each file. */
export interface LabelledData {
  /** The texts. */
  readonly corpus: LabelledCorpus;
  /** The detected format and columns of each file. */
  readonly files: readonly Omit<LabelledTexts, "texts" | "place" | "guess" | "likelyList">[];
  /** Facts about the texts if they are symbol sequences. */
  readonly sequences: SequenceFacts;
}

/**
 * Reads and splits labeled texts. Throws `RangeError`, naming the file, if a label does not occur in the training
 * texts.
 */
export async function readLabelledData(plan: LabelledPlan): Promise<DataSet<LabelledData>> {
  if (plan.data === null) {
    const sequences = { alphabet: null, window: null };
    return { data: { corpus: reviewCorpus(), files: [], sequences }, notes: [], warnings: [] };
  }
  const { files, facts, warnings: found } = settleSequences(
    await readFiles(plan.data, plan),
    plan,
    isKind(plan.tokenizer) && plan.initFrom === null,
  );
  const data = files[0];
  const valid = plan.valid === null ? undefined : files[1];
  const test = plan.test === null ? undefined : files.at(-1);
  refuseSingleLabel(data);
  const isGuess = plan.format === null && plan.fileLabels === null && !areMultiLabel(data.texts);
  if (isGuess && data.format === "lines") refuseGuessedProse(data);
  refuseNames(data);
  refuseRunningText(`read ${data.source}`, data.texts);
  const known = labelsOf(data);
  refuseManyLabels(`read ${data.source}`, data.texts.length, { labels: known, multiLabel: areMultiLabel(data.texts) });
  const split = splitTexts(data.texts, {
    // Each fold has a split of its own.
    validFraction: valid || plan.folds !== null ? 0 : plan.validFraction,
    testFraction: test ? 0 : plan.testFraction,
    seed: plan.seed,
    keyOf: samenessOf(facts.alphabet),
  });
  const corpus = { train: split.train, valid: valid?.texts ?? split.valid, test: test?.texts ?? split.test };
  for (const file of [valid, test]) if (file) expectLabels(file, known, "the labels of the training texts");
  const warnings = [...listWarnings(data), ...files.flatMap(fileWarnings), ...found, ...duplicateWarnings(corpus)];
  const kinds = files.map(({ texts: _texts, place: _place, guess: _guess, likelyList: _list, ...file }) => file);
  const notes = [...files.map(describeFile), ...describeSequences(facts, plan)];
  return { data: { corpus, files: kinds, sequences: facts }, notes, warnings };
}

/** Reads the files of a plan; those for validation and testing are read like the first. */
async function readFiles(data: string, plan: LabelledPlan): Promise<LabelledTexts[]> {
  const first = await readLabelled(data, plan, { multiLabel: plan.multiLabel || undefined });
  const like = { dataFormat: formatOf(first), labels: labelsOf(first), multiLabel: areMultiLabel(first.texts) };
  const read = [first];
  for (const path of [plan.valid, plan.test]) if (path !== null) read.push(await readLabelled(path, plan, like));
  return read;
}

function labelsOf({ texts }: LabelledTexts): string[] {
  return [...new Set(texts.flatMap(labelsIn))];
}

/** Returns the names with which a file was read; null if there is no file. */
export function formatOf(file: LabelledData["files"][number] | undefined): ClassifierConfig["dataFormat"] {
  if (file === undefined) return null;
  const { textColumn, labelColumn, labelSeparator, firstRow } = file;
  const columns = firstRow?.isHeader === false ? {} : { textColumn, labelColumn };
  return namesKnown({ ...columns, labelSeparator });
}

/** Facts about a file, known from others of the same kind. */
interface LikeOthers {
  /** Whether a text may have several labels. Default: detected. */
  readonly multiLabel?: boolean;
  /** The labels of the others. */
  readonly labels?: readonly string[];
  /** The names with which the others were read. */
  readonly dataFormat?: ClassifierConfig["dataFormat"];
}

/** Reads a file of labeled texts, or a file for each label. */
export async function readLabelled(
  path: string,
  format: LabelledFormat,
  { multiLabel, labels, dataFormat }: LikeOthers,
): Promise<LabelledTexts> {
  const { labelSeparator, ...columns } = dataFormat ?? {};
  const options = {
    format: format.format ?? undefined,
    textColumn: format.textColumn ?? undefined,
    labelColumn: format.labelColumn ?? undefined,
    likely: { ...columns, labels },
    multiLabel,
    labelSeparator: format.labelSeparator ?? (multiLabel ? labelSeparator : undefined),
    ...tableOptions(format),
  };
  if (format.fileLabels === null) return await readLabelledTexts(path, options);
  return await readFilesOfLabels(path, format.fileLabels, options);
}

/** The first this many words of a vector file enter the vocabulary even if no training text contains them. */
const MAX_VECTOR_WORDS = 100_000;

/** Makes the tokenizer of a plan, with the vocabulary of the training texts, and reads the word vectors, if any. */
export async function makeTokenizer(
  plan: LabelledPlan,
  texts: readonly string[],
  sequences: SequenceFacts,
): Promise<{ tokenizer: Tokenizer; vectors?: WordVectors }> {
  const tokenizer = await trainTokenizer(plan, texts, sequences);
  if (plan.vectors === null) return { tokenizer };
  const own = new Set(tokensOf(tokenizer));
  let words = 0;
  const vectors = await readWordVectors(plan.vectors, {
    wanted: (word) => words++ < MAX_VECTOR_WORDS || own.has(word),
  });
  if (kindFor(plan.tokenizer, sequences) !== "word") return { tokenizer, vectors };
  return { tokenizer: treebankTokenizer(texts, { ...limitsOf(plan), moreWords: vectors.words }), vectors };
}

async function trainTokenizer(
  plan: LabelledPlan,
  texts: readonly string[],
  sequences: SequenceFacts,
): Promise<Tokenizer> {
  const kind = kindFor(plan.tokenizer, sequences);
  if (kind === "word") return treebankTokenizer(texts, limitsOf(plan));
  if (!isKind(kind)) return await readTokenizer(kind);
  const limits = limitsOf(plan);
  // With a limit, characters that training has not seen become the unknown token instead of an error.
  const most = kind === "char" ? { vocabSize: 100_000, ...limits } : limits;
  const { alphabet } = sequences;
  const corpus = alphabet === null ? asLines(texts) : vocabularyTexts(texts, alphabet, plan);
  return await trainModel(kind, corpus, kind === "kmer" ? { ...most, k: plan.k, stride: plan.stride } : most);
}

function limitsOf({ vocabSize, minCount }: VocabularyPlan): { vocabSize?: number; minCount?: number } {
  return { ...(vocabSize !== null && { vocabSize }), ...(minCount !== null && { minCount }) };
}

function isKind(tokenizer: string): tokenizer is typeof TOKENIZERS[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}
