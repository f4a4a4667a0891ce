import { InputRangeError } from "../../errors.ts";
import { boolean, choiceOrPath, nullable, path, paths, type Schema } from "../../src/schema/mod.ts";
import { asPipeline, ByteTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import { detokenize, joinTokens, readBrownSentences } from "../default_data/mod.ts";
import { namesOf } from "../data/file_system.ts";
import { findFiles } from "../data/find_files.ts";
import { ENCODING, FILE, FRACTIONS, type Paths } from "../data/mod.ts";
import { readTokenizer, trainModel, type TrainModelOptions, vocabularyFields } from "../processors/mod.ts";
import { splitSource, type TextCorpus } from "./corpus.ts";
import { splitDocuments } from "./split_documents.ts";
import { encodeDocuments, type EncodeDocumentsOptions, isDocuments } from "./document_ids.ts";
import { findEndOfText, newEndOfText } from "./end_of_text.ts";
import {
  DOCUMENT_FIELDS,
  type DocumentPlan,
  holdDocuments,
  type ReadPart,
  readPart,
  type SourcePart,
  trainingTexts,
} from "./text_parts.ts";
import { encodeText, piecesOf, type TextSource, type TokenIds } from "./token_ids.ts";
import { findUnknown } from "./unknown_symbols.ts";

/** The source of the texts, their split and their tokenization. */
export interface TextPlan extends DocumentPlan {
  /** The text files, folders or patterns; null for the Brown corpus. Default: null. */
  readonly data: Paths | null;
  /** The validation files; null to take a share of the data. Default: null. */
  readonly valid: Paths | null;
  /** The test files; null to take a share of the data. Default: null. */
  readonly test: Paths | null;
  /** Share of the text for validation if there is no validation file. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the text for testing if there is no test file. Default: 0. */
  readonly testFraction: number;
  /** The kind of tokenizer to train, one of `TOKENIZERS`, or a tokenizer file. Default: "char". */
  readonly tokenizer: string;
  /**
   * Maximum vocabulary size; null for all characters or words, or 8,000 subwords, more if characters take more than
   * half of them. Default: null.
   */
  readonly vocabSize: number | null;
  /** Minimum number of occurrences of a symbol; null for 1, and for 2 if pairs are merged. Default: null. */
  readonly minCount: number | null;
  /** Directory of a language model to start from; null for a new one. Default: null. */
  readonly initFrom: string | null;
  /** Whether that model's vocabulary gets the new symbols of the text. Default: false. */
  readonly extendVocab: boolean;
}

/** The kinds of tokenizer that need no file. */
export const TOKENIZERS = ["char", "word", "byte", "bpe", "wordpiece", "unigram"] as const;

/** Schema of the data options. */
export const TEXT_PLAN: Schema<TextPlan> = {
  data: nullable(paths({
    ...FILE,
    help: "Text to train on: a file, a folder, or a pattern such as 'texts/*.txt'; may be given more than once.",
    defaultText: "the Brown corpus",
  })),
  valid: nullable(paths({ ...FILE, needs: ["data"], help: "Validation text.", defaultText: "a share of the data" })),
  test: nullable(paths({ ...FILE, needs: ["data"], help: "Test text, evaluated once after training." })),
  encoding: { ...ENCODING, needs: ["data"] },
  ...DOCUMENT_FIELDS,
  ...FRACTIONS,
  tokenizer: choiceOrPath(TOKENIZERS, {
    group: "data",
    value: "KIND",
    notWith: ["initFrom"],
    default: "char",
    help: `Tokenizer to train (${TOKENIZERS.join(", ")}), or the path of a tokenizer file.`,
  }),
  ...vocabularyFields(TOKENIZERS),
  initFrom: nullable(path({
    group: "model",
    value: "DIR",
    help: "Language model to start from, with its tokenizer and sizes; train it on with a new text.",
  })),
  extendVocab: boolean({
    group: "model",
    needs: ["initFrom"],
    default: false,
    help: "Add the characters or words that the model lacks; --vocab-size and --min-count limit them.",
  }),
};

/** A corpus from files, not encoded. */
export interface ReadCorpus {
  /** The training, validation and test texts. */
  readonly corpus: TextCorpus<SourcePart>;
  /** Sentences about what was read. */
  readonly notes: readonly string[];
  /** Sentences about what was probably meant otherwise. */
  readonly warnings: readonly string[];
}

/** Opens the training, validation and test texts. */
export async function readCorpus(options: TextPlan): Promise<ReadCorpus> {
  const { data, tokenizer } = options;
  if (data === null) {
    const part = await readBrown(tokenizer);
    return { corpus: await splitPart({ part, notes: [], warnings: [] }, options), notes: [], warnings: [] };
  }
  const found = await findFiles(data);
  const plan = { ...options, isDocuments: holdDocuments(found, options) };
  const read = async (paths: Paths | null): Promise<ReadPart | undefined> =>
    paths === null ? undefined : await readPart(await findFiles(paths), plan);
  const whole = await readPart(found, plan);
  const [valid, test] = [await read(options.valid), await read(options.test)];
  const parts = await splitPart(whole, options, namesOf(found.files));
  const all = [whole, valid, test].filter((part) => part !== undefined);
  return {
    corpus: { train: parts.train, valid: valid?.part ?? parts.valid, test: test?.part ?? parts.test },
    notes: all.flatMap(({ notes }) => notes),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

/** Takes the shares for validation and testing, unless they have files. Throws `RangeError` with names and a remedy. */
async function splitPart(
  { part, cause }: ReadPart,
  { valid, test, validFraction, testFraction, tokenizer }: TextPlan,
  names = "the Brown corpus",
): Promise<TextCorpus<SourcePart>> {
  const fractions = {
    validFraction: valid === null ? validFraction : 0,
    testFraction: test === null ? testFraction : 0,
  };
  try {
    if (isDocuments(part)) return splitDocuments(part, fractions);
    const parts = await splitSource(part, { ...fractions, atLines: tokenizer === "word" });
    refuseSingleCharacter("valid-fraction", validFraction, parts.valid);
    refuseSingleCharacter("test-fraction", testFraction, parts.test);
    return parts;
  } catch (error) {
    if (!(error instanceof InputRangeError)) throw error;
    const remedy = fractions.validFraction > 0
      ? "--valid FILE names another text for validation, --valid-fraction 0 trains without one"
      : "--test FILE names another text for testing";
    const [, message] = error.message.split(/^[^:]*: /);
    throw new InputRangeError(`split ${names}: ${[message, ...cause === undefined ? [] : [cause], remedy].join("; ")}`);
  }
}

/** A part of one character has nothing to predict. */
function refuseSingleCharacter(option: string, fraction: number, part: TextSource | undefined): void {
  if (part === undefined || part.length > 1) return;
  throw new InputRangeError(`split a text: expected at least 2 characters for --${option} ${fraction}, found 1`);
}

/** The Brown corpus, as ordinary text or as space-separated words. */
async function readBrown(tokenizer: string): Promise<string> {
  const sentences = await readBrownSentences();
  return tokenizer === "word" ? joinTokens(sentences) : detokenize(sentences);
}

/**
 * Trains a tokenizer on a corpus, or reads it from a file. A character tokenizer is trained on all texts, since a text
 * with unknown characters could not be evaluated; words and subwords come from the training text alone. A tokenizer for
 * documents has a token that ends them.
 *
 * Throws `RangeError` if the training text has only one distinct symbol.
 */
export async function trainTokenizer(
  { tokenizer: kind, vocabSize, minCount }: Pick<TextPlan, "tokenizer" | "vocabSize" | "minCount">,
  corpus: TextCorpus<SourcePart>,
): Promise<Tokenizer> {
  if (!isKind(kind)) return await readTokenizer(kind);
  const { train } = corpus;
  const specialTokens = isDocuments(train) ? [newEndOfText(kind)] : [];
  if (!isDocuments(train)) await refuseSingleSymbol(kind, train);
  if (kind === "byte") return withTokens(new ByteTokenizer(), specialTokens);
  const limits = { vocabSize: vocabSize ?? undefined, minCount: minCount ?? undefined, specialTokens };
  return await trainKind(kind, corpus, limits);
}

/** Trains a tokenizer of a kind, of characters on all texts of a corpus, any other on the training text. */
export async function trainKind(
  kind: Exclude<(typeof TOKENIZERS)[number], "byte">,
  corpus: TextCorpus<SourcePart>,
  limits: TrainModelOptions,
): Promise<Tokenizer> {
  return await trainModel(kind, kind === "char" ? allPieces(corpus) : trainingTexts(kind, corpus.train), limits);
}

/**
 * Returns the token that ends documents, null for running text. Throws `RangeError` if the tokenizer of a file has
 * none.
 */
export function endOfTextOf(kind: string, tokenizer: Tokenizer, { train }: TextCorpus<SourcePart>): string | null {
  if (!isDocuments(train)) return null;
  return isKind(kind) ? newEndOfText(kind) : findEndOfText("train on documents", tokenizer);
}

/** Whether a tokenizer option is a kind rather than a file. */
export function isKind(tokenizer: string): tokenizer is (typeof TOKENIZERS)[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}

/** Adds special tokens to a tokenizer of bytes. */
function withTokens(tokenizer: ByteTokenizer, tokens: readonly string[]): Tokenizer {
  if (tokens.length === 0) return tokenizer;
  const addedTokens = tokens.map((content, i) => ({ content, id: tokenizer.size + i, special: true }));
  return asPipeline(tokenizer).with({ addedTokens });
}

async function* allPieces({ train, valid, test }: TextCorpus<SourcePart>): AsyncGenerator<string, void, void> {
  for (const text of [train, valid, test]) {
    if (text !== undefined) yield* trainingTexts("char", text);
  }
}

async function refuseSingleSymbol(kind: string, text: TextSource): Promise<void> {
  const [first] = await text.slice(0, 2);
  let words = "";
  for await (const piece of piecesOf(text)) {
    if (kind === "word") words += piece;
    const isSingle = kind === "word"
      ? words.trim().split(/\s+/, 2).length < 2
      : piece === first.repeat(piece.length / first.length);
    if (!isSingle) return;
  }
  throw new InputRangeError(
    `train a tokenizer: expected a text of at least 2 different symbols, found only ${JSON.stringify(first)}`,
  );
}

/** Encodes all texts of a corpus. Throws `RangeError` that names the part and the place of unknown symbols. */
export async function encodeTexts(
  { train, valid, test }: TextCorpus<SourcePart>,
  tokenizer: Tokenizer,
  options?: EncodeDocumentsOptions,
): Promise<TextCorpus<TokenIds>> {
  const encode = async (name: string, part: SourcePart): Promise<TokenIds> => {
    try {
      return await encodePart(part, tokenizer, options);
    } catch (error) {
      const unknown = error instanceof InputRangeError ? await findUnknown(part, tokenizer) : undefined;
      if (unknown === undefined) throw error;
      throw new InputRangeError(`encode the ${name} text: ${unknown}; a model with --tokenizer byte reads any text`);
    }
  };
  return {
    train: await encode("training", train),
    valid: valid && await encode("validation", valid),
    test: test && await encode("test", test),
  };
}

/** Encodes a text or documents. */
export async function encodePart(
  part: SourcePart,
  tokenizer: Tokenizer,
  options?: EncodeDocumentsOptions,
): Promise<TokenIds> {
  return isDocuments(part)
    ? await encodeDocuments(part, tokenizer, options)
    : await encodeText(part, tokenizer, options);
}
