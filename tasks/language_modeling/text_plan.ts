import { choiceOrPath, nullable, path, type Schema } from "../../src/schema/mod.ts";
import { ByteTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import { detokenize, joinTokens, readBrownSentences } from "../default_data/mod.ts";
import { FILE, FRACTIONS, linesOf, openText } from "../data/mod.ts";
import { readTokenizer, trainModel, vocabularyFields } from "../processors/mod.ts";
import { splitSource, type TextCorpus } from "./corpus.ts";
import { type EncodeOptions, encodeText, piecesOf, type TextSource, type TokenIds } from "./token_ids.ts";

/** The source of the texts, their split and their tokenization. */
export interface TextPlan {
  /** The text file; null for the Brown corpus. Default: null. */
  readonly data: string | null;
  /** The validation file; null to take a share of the data. Default: null. */
  readonly valid: string | null;
  /** The test file; null to take a share of the data. Default: null. */
  readonly test: string | null;
  /** Share of the text for validation if there is no validation file. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the text for testing if there is no test file. Default: 0. */
  readonly testFraction: number;
  /** The kind of tokenizer to train, one of `TOKENIZERS`, or a tokenizer file. Default: "char". */
  readonly tokenizer: string;
  /** Maximum vocabulary size; null for all characters or words, and for 8,000 subwords. Default: null. */
  readonly vocabSize: number | null;
  /** Minimum number of occurrences of a symbol; null for 1, and for 2 if pairs are merged. Default: null. */
  readonly minCount: number | null;
}

/** The kinds of tokenizer that need no file. */
export const TOKENIZERS = ["char", "word", "byte", "bpe", "wordpiece", "unigram"] as const;

/** Schema of the data options. */
export const TEXT_PLAN: Schema<TextPlan> = {
  data: nullable(path({ ...FILE, help: "Text to train on.", defaultText: "the Brown corpus" })),
  valid: nullable(path({ ...FILE, needs: ["data"], help: "Validation text.", defaultText: "a share of the data" })),
  test: nullable(path({ ...FILE, needs: ["data"], help: "Test text, evaluated once after training." })),
  ...FRACTIONS,
  tokenizer: choiceOrPath(TOKENIZERS, {
    group: "data",
    value: "KIND",
    default: "char",
    help: `Tokenizer to train (${TOKENIZERS.join(", ")}), or the path of a tokenizer file.`,
  }),
  ...vocabularyFields(TOKENIZERS),
};

/** Opens the training, validation and test texts. */
export async function readCorpus(options: TextPlan): Promise<TextCorpus<TextSource>> {
  const { data, valid, test, tokenizer } = options;
  const text = data === null ? await readBrown(tokenizer) : await openText(data);
  const parts = await splitSource(text, {
    validFraction: valid === null ? options.validFraction : 0,
    testFraction: test === null ? options.testFraction : 0,
    atLines: tokenizer === "word",
  });
  return {
    train: parts.train,
    valid: valid === null ? parts.valid : await openText(valid),
    test: test === null ? parts.test : await openText(test),
  };
}

/** The Brown corpus, as ordinary text or as space-separated words. */
async function readBrown(tokenizer: string): Promise<string> {
  const sentences = await readBrownSentences();
  return tokenizer === "word" ? joinTokens(sentences) : detokenize(sentences);
}

/**
 * Trains a tokenizer on a corpus, or reads it from a file. A character tokenizer is trained on all texts, since a text
 * with unknown characters could not be evaluated; words and subwords come from the training text alone.
 *
 * Throws `RangeError` if the training text has only one distinct symbol.
 */
export async function trainTokenizer(
  { tokenizer: kind, vocabSize, minCount }: Pick<TextPlan, "tokenizer" | "vocabSize" | "minCount">,
  corpus: TextCorpus<TextSource>,
): Promise<Tokenizer> {
  if (!isKind(kind)) return await readTokenizer(kind);
  await refuseSingleSymbol(kind, corpus.train);
  if (kind === "byte") return new ByteTokenizer();
  const limits = { vocabSize: vocabSize ?? undefined, minCount: minCount ?? undefined };
  if (kind === "char") return await trainModel("char", allPieces(corpus), limits);
  return await trainModel(kind, kind === "word" ? piecesOf(corpus.train) : linesOf(corpus.train), limits);
}

/** Whether a tokenizer option is a kind rather than a file. */
export function isKind(tokenizer: string): tokenizer is (typeof TOKENIZERS)[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}

async function* allPieces({ train, valid, test }: TextCorpus<TextSource>): AsyncGenerator<string, void, void> {
  for (const text of [train, valid, test]) if (text !== undefined) yield* piecesOf(text);
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
  throw new RangeError(
    `train a tokenizer: expected a text of at least 2 different symbols, found only ${JSON.stringify(first)}`,
  );
}

/** Encodes all texts of a corpus. */
export async function encodeTexts(
  { train, valid, test }: TextCorpus<TextSource>,
  tokenizer: Tokenizer,
  options?: EncodeOptions,
): Promise<TextCorpus<TokenIds>> {
  const encode = async (text?: TextSource): Promise<TokenIds | undefined> =>
    text && await encodeText(text, tokenizer, options);
  return {
    train: await encodeText(train, tokenizer, options),
    valid: await encode(valid),
    test: await encode(test),
  };
}
