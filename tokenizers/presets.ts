/**
 * Presets for {@linkcode PipelineTokenizer.train}: the parts of the best-known tokenizer families. All of them preserve
 * line breaks, which language models need.
 *
 * @module
 */
import * as decoders from "./decoders/mod.ts";
import * as normalizers from "./normalizers/mod.ts";
import type { TrainOptions } from "./pipeline_parts.ts";
import * as preTokenizers from "./pre_tokenizers/mod.ts";
import { literalPattern } from "./regex/mod.ts";
import * as trainers from "./trainers/mod.ts";
import { checkOptions, FLAG, type Kinds, LIST, NUMBER } from "./options.ts";

/** Options of the presets. */
export interface PresetOptions {
  /** Maximum vocabulary size. Default: 8,000. */
  vocabSize?: number;
  /** Do not merge pairs that occur less often. Default: 2. Unigram ignores it. */
  minCount?: number;
  /** Special tokens, which get the first ids. */
  specialTokens?: readonly string[];
}

/** Options of `bpe`. */
export interface BPEPresetOptions extends PresetOptions {
  /** Whether each digit is a separate token, which helps models copy numbers. Default: false, as in GPT-2. */
  splitDigits?: boolean;
}

// One type for all presets, so that callers can pass the same options to any of them, such as `minCount` to Unigram.
const KINDS: Kinds<BPEPresetOptions> = { vocabSize: NUMBER, minCount: NUMBER, specialTokens: LIST, splitDigits: FLAG };

/**
 * GPT-2's byte-level BPE (Radford et al. 2019). Encodes any text, and decoding restores it exactly.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await PipelineTokenizer.train(["low lower lowest\n"], presets.bpe({ vocabSize: 260 }));
 * assertEquals(tokenizer.size, 260);
 * assertEquals(tokenizer.decode(tokenizer.encode("slow 😀\n")), "slow 😀\n");
 * ```
 */
export function bpe(options: BPEPresetOptions = {}): TrainOptions {
  const { vocabSize = 8000, minCount = 2, specialTokens, splitDigits } = checkOptions(
    "choose a BPE preset",
    options,
    KINDS,
  );
  const byteLevel = new preTokenizers.ByteLevel({ addPrefixSpace: false });
  return {
    preTokenizer: splitDigits
      ? new preTokenizers.Sequence([new preTokenizers.Digits({ individualDigits: true }), byteLevel])
      : byteLevel,
    trainer: new trainers.BPE({
      vocabSize,
      minCount,
      specialTokens,
      initialAlphabet: preTokenizers.ByteLevel.alphabet,
    }),
    decoder: new decoders.ByteLevel(),
  };
}

/**
 * BERT's WordPiece (Devlin et al. 2019), preserving case and accents. Splits words at white space and punctuation;
 * unknown words become `[UNK]`. Decoding puts one space between words.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await PipelineTokenizer.train(["to be, or not to be\n"], presets.wordpiece({ vocabSize: 40 }));
 * assertEquals(tokenizer.decode(tokenizer.encode("be,  not x\n")), "be , not [UNK]\n");
 * ```
 */
export function wordpiece(options: PresetOptions = {}): TrainOptions {
  const { vocabSize = 8000, minCount = 2, specialTokens = [] } = checkOptions(
    "choose a WordPiece preset",
    options,
    KINDS,
  );
  const unknownToken = "[UNK]";
  return {
    normalizer: new normalizers.BERT({ lowercase: false, stripAccents: false }),
    preTokenizer: new preTokenizers.BERT(),
    trainer: new trainers.WordPiece({
      vocabSize: vocabSize - 1,
      minCount,
      unknownToken,
      specialTokens: [unknownToken, ...specialTokens.filter((token) => token !== unknownToken)],
    }),
    plainTokens: ["\n"],
    decoder: new decoders.Sequence([
      new decoders.WordPiece({ cleanup: false }),
      new decoders.Fuse(),
      ...[" \n", "\n "].map((pattern) => new decoders.Replace({ pattern: literalPattern(pattern), content: "\n" })),
    ]),
  };
}

/** The default size of a vocabulary of k-mers: all of 8 letters of DNA and `<unk>`. */
const MOST_KMERS = 4 ** 8 + 1;

const KMER_KINDS: Kinds<KmerPresetOptions> = {
  vocabSize: NUMBER,
  minCount: NUMBER,
  specialTokens: LIST,
  k: NUMBER,
  stride: NUMBER,
};

/** Options of `kmer`. */
export interface KmerPresetOptions {
  /** Maximum vocabulary size. Default: 65,537, all k-mers of 8 letters of DNA and `<unk>`. */
  vocabSize?: number;
  /** Drop k-mers that occur less often. Default: 1. */
  minCount?: number;
  /** Special tokens, which get ids after `<unk>`. */
  specialTokens?: readonly string[];
  /** Letters of a k-mer, at most 12. Default: 3. */
  k?: number;
  /** Letters from the start of a k-mer to the start of the next. Default: 1. */
  stride?: number;
}

/**
 * K-mers of symbol sequences, such as DNA: all substrings of k letters, which overlap (Ji et al. 2021). A k-mer that
 * the corpus lacks becomes `<unk>`. Decoding joins the overlapping letters, but loses white space.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await PipelineTokenizer.train(["ATGGCATGG"], presets.kmer({ k: 3 }));
 * assertEquals(tokenizer.encoding("ATGGNA").tokens, ["ATG", "TGG", "<unk>", "<unk>"]);
 * assertEquals(tokenizer.decode(tokenizer.encode("ATGGC")), "ATGGC");
 * ```
 */
export function kmer(options: KmerPresetOptions = {}): TrainOptions {
  const { vocabSize = MOST_KMERS, minCount = 1, specialTokens = [], k = 3, stride = 1 } = checkOptions(
    "choose a k-mer preset",
    options,
    KMER_KINDS,
  );
  const unknownToken = "<unk>";
  return {
    preTokenizer: new preTokenizers.Kmer({ k, stride }),
    trainer: new trainers.WordLevel({
      vocabSize,
      minCount,
      unknownToken,
      specialTokens: [unknownToken, ...specialTokens.filter((token) => token !== unknownToken)],
    }),
    decoder: new decoders.Kmer({ stride }),
  };
}

/**
 * SentencePiece's unigram model (Kudo 2018) over lines, with spaces written as U+2581. Decoding restores the text,
 * except for characters that the corpus lacks, which become `<unk>`, and U+2581 itself.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["to be or not to be\n", "that is the question\n"];
 * const tokenizer = await PipelineTokenizer.train(lines, presets.unigram({ vocabSize: 40 }));
 * assertEquals(tokenizer.decode(tokenizer.encode("be  that\n")), "be  that\n");
 * ```
 */
export function unigram(options: PresetOptions = {}): TrainOptions {
  const { vocabSize = 8000, specialTokens = [] } = checkOptions<BPEPresetOptions>(
    "choose a Unigram preset",
    options,
    KINDS,
  );
  const unknownToken = "<unk>";
  return {
    preTokenizer: new preTokenizers.Sequence([
      new preTokenizers.Split({ pattern: literalPattern("\n"), behavior: "Isolated" }),
      new preTokenizers.Metaspace({ prependScheme: "never" }),
    ]),
    trainer: new trainers.Unigram({
      vocabSize,
      unknownToken,
      specialTokens: [unknownToken, ...specialTokens.filter((token) => token !== unknownToken)],
    }),
    decoder: new decoders.Metaspace({ prependScheme: "never" }),
  };
}
