import { boolean, choice, custom, type Field, integer, nullable, type Schema } from "../../src/schema/mod.ts";
import { type Alphabet, ALPHABETS } from "../data/sequences/mod.ts";

/** A classifier's facts about its symbol sequences, stored in `config.json`. */
export interface SequenceConfig {
  /**
   * The alphabet of the sequences, which are then read in upper case without white space; null for other texts.
   * Default: null.
   */
  readonly alphabet: Alphabet | null;
  /** The most frequent number of letters of the training sequences; null for other texts. Default: null. */
  readonly window: number | null;
  /**
   * Whether sequences of DNA or RNA are read on both strands: in training on one of them at random, in evaluation and
   * classification on both, whose logits are averaged. Default: false; null, as in models of earlier versions, is
   * the same.
   */
  readonly reverseComplement: boolean | null;
}

/** The schema of a classifier's facts about sequences. */
export const SEQUENCE_CONFIG: Schema<SequenceConfig> = {
  alphabet: nullable(choice(ALPHABETS, { option: false, help: "Alphabet of the sequences." })),
  window: nullable(
    integer({ option: false, isOpen: true, min: 1, help: "Most frequent length of the training sequences." }),
  ),
  reverseComplement: nullable(
    boolean({
      group: "model",
      isOpen: true,
      help: "Read DNA and RNA on both strands: in training one of them at random, then the mean of both.",
    }),
    false,
  ),
};

/** The ways to treat letters that do not name one symbol of the alphabet. */
export const AMBIGUOUS = ["unknown", "keep", "skip", "refuse"] as const;

/** How files of symbol sequences are read and tokenized. */
export interface SequencePlan {
  /** The labels of the files, divided by commas; null if the files hold the labels. */
  readonly fileLabels: string | null;
  /** Letters of a k-mer. Default: 3. */
  readonly k: number;
  /** Letters from the start of a k-mer to the start of the next. Default: 1. */
  readonly stride: number;
  /**
   * Treatment of letters that do not name one symbol, such as `N`: read them as the unknown token, keep them as
   * letters of their own, skip the sequences, or refuse the file. Default: "unknown".
   */
  readonly ambiguous: "unknown" | "keep" | "skip" | "refuse";
}

const WITH_KMERS = { group: "data", min: 1, onlyWith: { field: "tokenizer", values: ["kmer"] } } as const;

/** The schema of how sequences are tokenized. */
export const SEQUENCE_PLAN: Schema<Omit<SequencePlan, "fileLabels">> = {
  k: integer({ ...WITH_KMERS, max: 12, default: 3, help: "Letters of a k-mer." }),
  stride: integer({ ...WITH_KMERS, default: 1, help: "Letters from the start of a k-mer to the start of the next." }),
  ambiguous: choice(AMBIGUOUS, {
    group: "data",
    default: "unknown",
    help:
      "For DNA, RNA and proteins: read letters such as N as the unknown token, keep them as letters of their own, " +
      "skip sequences with them, or refuse the file.",
  }),
};

/** The schema of the labels of files. */
export const FILE_LABELS: Field<string | null> = nullable(custom<string>({
  option: "labels",
  group: "data",
  value: "A,B",
  notWith: ["labelColumn"],
  help:
    "Labels of files that hold none, in the order of the files, which commas divide: FASTA, FASTQ or lines of texts.",
  check: (value) => {
    const labels = typeof value === "string" ? value.split(",").map((label) => label.trim()) : [];
    return labels.length >= 2 && labels.every((label) => label !== "") && new Set(labels).size === labels.length
      ? undefined
      : "at least 2 different labels, divided by commas";
  },
}));
