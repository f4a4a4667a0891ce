/**
 * What the best-known families of tokenizers are made of, for {@linkcode PipelineTokenizer.train}. All of them keep the ends of lines, which
 * language models need.
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
  /** Most tokens in the vocabulary; 8,000 where absent. */
  vocabSize?: number;
  /** Pairs that occur less often are not merged; 2 where absent. Unigram models do without. */
  minCount?: number;
  /** Tokens with a part of their own, which get the first ids. */
  specialTokens?: readonly string[];
}

/** Options of `bpe`. */
export interface BPEPresetOptions extends PresetOptions {
  /** Whether each digit is a token of its own, which helps models to copy numbers; false where absent, as in GPT-2. */
  splitDigits?: boolean;
}

// One for all: who chooses among the presets gives each the same options, as `minCount` to Unigram.
const KINDS: Kinds<BPEPresetOptions> = { vocabSize: NUMBER, minCount: NUMBER, specialTokens: LIST, splitDigits: FLAG };

/**
 * GPT-2's byte-level BPE (Radford et al. 2019): any text has tokens, and decoding gives it back to the last character.
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
 * BERT's WordPiece (Devlin et al. 2019), with its letters' case and accents kept: words are cut at white space and punctuation, and what the
 * vocabulary lacks is `[UNK]`. Decoding puts one space between words.
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

/**
 * SentencePiece's unigram model (Kudo 2018) over lines whose spaces are written as U+2581: decoding gives the text back but for characters that
 * the corpus lacks, which are `<unk>`, and for U+2581 itself.
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
