import { ByteTokenizer, CharTokenizer, type Tokenizer, WordTokenizer } from "../../tokenizers/mod.ts";
import { detokenize, joinTokens, readBrownSentences } from "../corpora/brown.ts";
import { readText } from "../command_line/mod.ts";
import { type Corpus, splitText } from "./corpus.ts";

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
  /** What a token is. */
  readonly tokenizer: "char" | "word" | "byte";
}

/** How a vocabulary is limited. */
export interface VocabularyOptions {
  /** Fewest occurrences of a symbol. */
  readonly minCount?: number;
  /** Most symbols. */
  readonly maxVocabulary?: number;
}

/** Reads the training, validation and test texts. */
export async function readCorpus(options: DataOptions): Promise<Corpus> {
  const { data, valid, test, tokenizer } = options;
  const text = data === undefined ? await readBrown(tokenizer) : await readText(data);
  const parts = splitText(text, {
    validFraction: valid === undefined ? options.validFraction ?? 0.1 : 0,
    testFraction: test === undefined ? options.testFraction ?? 0 : 0,
    atLines: tokenizer === "word",
  });
  return {
    train: parts.train,
    valid: valid === undefined ? parts.valid : await readText(valid),
    test: test === undefined ? parts.test : await readText(test),
  };
}

/** The Brown corpus, as ordinary text or as words between spaces. */
async function readBrown(tokenizer: DataOptions["tokenizer"]): Promise<string> {
  const sentences = await readBrownSentences();
  return tokenizer === "word" ? joinTokens(sentences) : detokenize(sentences);
}

/**
 * The tokenizer of a corpus. Characters are those of all texts, since a text with others could not be measured; words are those of
 * the training text, others are `<unk>`. Throws a RangeError for a text of a single symbol.
 */
export function trainTokenizer(kind: DataOptions["tokenizer"], corpus: Corpus, options: VocabularyOptions): Tokenizer {
  const { minCount, maxVocabulary: maxSize } = options;
  const tokenizer = kind === "byte"
    ? new ByteTokenizer()
    : kind === "word"
    ? WordTokenizer.train(corpus.train, { minCount, maxSize })
    : CharTokenizer.train([corpus.train, corpus.valid ?? "", corpus.test ?? ""], {
      minCount,
      maxSize,
      unknown: minCount !== undefined || maxSize !== undefined,
    });
  refuseSingleSymbol(kind, corpus.train);
  return tokenizer;
}

function refuseSingleSymbol(kind: string, text: string): void {
  const [first] = text;
  const rest = kind === "word" ? text.trim().split(/\s+/) : [];
  const isSingle = kind === "word" ? rest.length < 2 : text === first.repeat(text.length / first.length);
  if (isSingle) {
    throw new RangeError(
      `train a tokenizer: expected a text of at least 2 different symbols, found only ${JSON.stringify(first)}`,
    );
  }
}
