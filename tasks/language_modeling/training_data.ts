import { ByteTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import { detokenize, joinTokens, readBrownSentences } from "../default_data/mod.ts";
import { openText } from "../data/mod.ts";
import { linesOf } from "../data/mod.ts";
import { readTokenizer, trainModel } from "../processors/mod.ts";
import { type Corpus, splitSource } from "./corpus.ts";
import { type EncodeOptions, encodeText, piecesOf, type TextSource, type TokenIds } from "./token_ids.ts";

/** Where training text comes from and how it is divided. */
export interface DataOptions {
  /** The file; the Brown corpus where absent. */
  readonly data?: string;
  /** Validation file. */
  readonly valid?: string;
  /** Test file. */
  readonly test?: string;
  /** Share of the tail for validation, where there is no validation file; 0.1 where absent. */
  readonly validFraction?: number;
  /** Share of the tail for testing, where there is no test file; 0 where absent. */
  readonly testFraction?: number;
  /** What a token is: one of `TOKENIZERS`, or a tokenizer's file. */
  readonly tokenizer: string;
}

/** What a token can be where no file says it. */
export const TOKENIZERS = ["char", "word", "byte", "bpe", "wordpiece", "unigram"] as const;

/** How a vocabulary is limited. */
export interface VocabularyOptions {
  /** Fewest occurrences of a symbol. */
  readonly minCount?: number;
  /** Most characters or words. */
  readonly maxVocabulary?: number;
  /** Most pieces of words. */
  readonly vocabSize?: number;
}

/** Opens the training, validation and test texts. */
export async function readCorpus(options: DataOptions): Promise<Corpus<TextSource>> {
  const { data, valid, test, tokenizer } = options;
  const text = data === undefined ? await readBrown(tokenizer) : await openText(data);
  const parts = await splitSource(text, {
    validFraction: valid === undefined ? options.validFraction ?? 0.1 : 0,
    testFraction: test === undefined ? options.testFraction ?? 0 : 0,
    atLines: tokenizer === "word",
  });
  return {
    train: parts.train,
    valid: valid === undefined ? parts.valid : await openText(valid),
    test: test === undefined ? parts.test : await openText(test),
  };
}

/** The Brown corpus, as ordinary text or as words between spaces. */
async function readBrown(tokenizer: string): Promise<string> {
  const sentences = await readBrownSentences();
  return tokenizer === "word" ? joinTokens(sentences) : detokenize(sentences);
}

/**
 * The tokenizer of a corpus, or the one in a file. Characters are those of all texts, since a text with others could not be measured;
 * words and their pieces are those of the training text. Throws a RangeError for a text of a single symbol.
 */
export async function trainTokenizer(
  kind: string,
  corpus: Corpus<TextSource>,
  options: VocabularyOptions,
): Promise<Tokenizer> {
  if (!isKind(kind)) return await readTokenizer(kind);
  const { minCount, maxVocabulary, vocabSize } = options;
  await refuseSingleSymbol(kind, corpus.train);
  if (kind === "byte") return new ByteTokenizer();
  if (kind === "char") return await trainModel("char", allPieces(corpus), { vocabSize: maxVocabulary, minCount });
  if (kind === "word") return await trainModel("word", piecesOf(corpus.train), { vocabSize: maxVocabulary, minCount });
  return await trainModel(kind, linesOf(corpus.train), { vocabSize, minCount });
}

/** Whether a tokenizer is one of those that need no file. */
export function isKind(tokenizer: string): tokenizer is (typeof TOKENIZERS)[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
}

async function* allPieces({ train, valid, test }: Corpus<TextSource>): AsyncGenerator<string, void, void> {
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

/** The ids of all texts of a corpus. */
export async function encodeTexts(
  { train, valid, test }: Corpus<TextSource>,
  tokenizer: Tokenizer,
  options?: EncodeOptions,
): Promise<Corpus<TokenIds>> {
  const encode = async (text?: TextSource): Promise<TokenIds | undefined> =>
    text && await encodeText(text, tokenizer, options);
  return {
    train: await encodeText(train, tokenizer, options),
    valid: await encode(valid),
    test: await encode(test),
  };
}
