/**
 * Presets for {@linkcode PipelineTokenizer.train}: the parts of the best-known tokenizer families. All of them preserve
 * line breaks, which language models need.
 *
 * @module
 */
import { InputRangeError } from "../errors.ts";
import * as decoders from "./decoders/mod.ts";
import * as normalizers from "./normalizers/mod.ts";
import type { TrainOptions } from "./pipeline_parts.ts";
import * as preTokenizers from "./pre_tokenizers/mod.ts";
import { literalPattern, regexPattern } from "./regex/mod.ts";
import { checkInteger } from "./trainers/checks.ts";
import * as trainers from "./trainers/mod.ts";
import { checkOptions, FLAG, type Kinds, LIST, NUMBER } from "./options.ts";

/** Options of the presets. */
export interface PresetOptions {
  /** Maximum vocabulary size. Default: see `usualSize`. */
  vocabSize?: number;
  /**
   * Vocabulary size if `vocabSize` is not given; it grows if special tokens and characters, such as those of Chinese,
   * take more than half of it. Default: 8,000.
   */
  usualSize?: number;
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
const KINDS: Kinds<BPEPresetOptions> = {
  vocabSize: NUMBER,
  usualSize: NUMBER,
  minCount: NUMBER,
  specialTokens: LIST,
  splitDigits: FLAG,
};

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
  const { vocabSize, usualSize = 8000, minCount = 2, specialTokens, splitDigits } = checkOptions(
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
      usualSize,
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
  const action = "choose a WordPiece preset";
  const { vocabSize, usualSize = 8000, minCount = 2, specialTokens = [] } = checkOptions(action, options, KINDS);
  // The unknown token and the line break, which the trainer does not count.
  const least = 2;
  if (vocabSize !== undefined) checkInteger(action, "vocabSize", vocabSize, least);
  checkInteger(action, "usualSize", usualSize, least);
  const unknownToken = "[UNK]";
  return {
    normalizer: new normalizers.BERT({ lowercase: false, stripAccents: false }),
    preTokenizer: new preTokenizers.BERT(),
    trainer: new trainers.WordPiece({
      vocabSize: vocabSize === undefined ? undefined : vocabSize - 1,
      usualSize: usualSize - 1,
      minCount,
      unknownToken,
      specialTokens: [unknownToken, ...specialTokens.filter((token) => token !== unknownToken)],
    }),
    plainTokens: ["\n"],
    decoder: spacedDecoder(),
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
  const { vocabSize, usualSize = 8000, specialTokens = [] } = checkOptions<BPEPresetOptions>(
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
      usualSize,
      unknownToken,
      specialTokens: [unknownToken, ...specialTokens.filter((token) => token !== unknownToken)],
    }),
    decoder: new decoders.Metaspace({ prependScheme: "never" }),
  };
}

/** Options of the presets of music. */
export interface MusicPresetOptions {
  /** Maximum vocabulary size. Default: 30,000. */
  vocabSize?: number;
  /** Drop tokens that occur less often. Default: 1. */
  minCount?: number;
  /** Special tokens, which get ids after `<unk>`. */
  specialTokens?: readonly string[];
  /** Tokens that the vocabulary has even if the corpus lacks them, such as those of transposed tunes. */
  words?: readonly string[];
}

const MUSIC_KINDS: Kinds<MusicPresetOptions> = {
  vocabSize: NUMBER,
  minCount: NUMBER,
  specialTokens: LIST,
  words: LIST,
};

/** The tokens of a tune in ABC notation; none has a space. */
const ABC_TOKENS = [
  // The name of a chord, a field within a tune, and those at its beginning.
  String.raw`"[^"\s]*"`,
  String.raw`\[[A-Za-z]:[^\]\s]*\]`,
  String.raw`[MKB]:[A-Za-z0-9][^\s:|]*`,
  // How many bars are left, the number of an ending, a tuplet.
  String.raw`@[0-9]+`,
  String.raw`\[[0-9][0-9,\-]*`,
  String.raw`\([0-9](?::[0-9]*)*`,
  // Bar lines.
  String.raw`:\||\|:|\|\||\|\]|::|\|`,
  // Notes that sound together, and notes and rests with accidentals, octaves and lengths.
  String.raw`\[[^\]\s|:"]*\][0-9]*/*[0-9]*`,
  String.raw`(?:\^\^?|__?|=)?[A-Ga-gzx][,']*[0-9]*/*[0-9]*`,
  String.raw`\S`,
].join("|");

/**
 * Tunes in ABC notation: a token is a note with its accidental, octave and length, a rest, notes that sound together, a
 * bar line, the name of a chord, or a field. A token that the corpus lacks becomes `<unk>`. Decoding puts one space
 * between tokens.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await PipelineTokenizer.train(['M:3/4 K:D "D" A2 ^A/2 | [DF]3 |]'], presets.abc());
 * assertEquals(tokenizer.encoding('"D"A2^A/2|').tokens, ['"D"', "A2", "^A/2", "|"]);
 * assertEquals(tokenizer.decode(tokenizer.encode('"D"A2^A/2|')), '"D" A2 ^A/2 |');
 * ```
 */
export function abc(options: MusicPresetOptions = {}): TrainOptions {
  const pattern = regexPattern(ABC_TOKENS);
  return spacedTokens(options, new preTokenizers.Split({ pattern, behavior: "Removed", invert: true }), "ABC");
}

/**
 * Music as events, such as `Bar Pos_0 Pitch_60 Vel_20 Dur_4` (Huang and Yang 2020): a token is what stands between
 * spaces. A token that the corpus lacks becomes `<unk>`. Decoding puts one space between tokens.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "Bar Pos_0 Pitch_60 Vel_20 Dur_4 Pitch_64 Vel_20 Dur_4";
 * const tokenizer = await PipelineTokenizer.train([text], presets.events());
 * assertEquals(tokenizer.encode(text).length, 8);
 * assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
 * ```
 */
export function events(options: MusicPresetOptions = {}): TrainOptions {
  return spacedTokens(options, new preTokenizers.WhitespaceSplit(), "event");
}

/** Options of `steps`. */
export interface StepsPresetOptions {
  /** The lowest pitch that has a token. Default: 0. */
  lowest?: number;
  /** The highest pitch that has a token. Default: 127. */
  highest?: number;
  /** Special tokens, which get ids after `<unk>`. */
  specialTokens?: readonly string[];
}

const STEPS_KINDS: Kinds<StepsPresetOptions> = { lowest: NUMBER, highest: NUMBER, specialTokens: LIST };

/** The token that ends a time step of a piano roll. */
const END_OF_STEP = ".";

/**
 * Piano rolls, chord by step, such as `60 64 67 . 62 . .`: the pitches of each time step in ascending order, then `.`.
 * The vocabulary has every pitch from `lowest` to `highest`, in order, whatever the corpus; others become `<unk>`.
 *
 * @example
 * ```ts
 * import { PipelineTokenizer, presets } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = await PipelineTokenizer.train(["60 64 . "], presets.steps({ lowest: 60, highest: 64 }));
 * assertEquals(tokenizer.tokens, ["<unk>", ".", "60", "61", "62", "63", "64", "\n"]);
 * assertEquals(tokenizer.decode(tokenizer.encode("60 63 . .")), "60 63 . .");
 * ```
 *
 * @throws {RangeError} If `lowest` and `highest` are not pitches of MIDI, 0 to 127, in this order.
 */
export function steps(options: StepsPresetOptions = {}): TrainOptions {
  const { lowest = 0, highest = 127, specialTokens } = checkOptions("choose a step preset", options, STEPS_KINDS);
  if (![lowest, highest].every((pitch) => Number.isInteger(pitch) && pitch >= 0 && pitch <= 127) || lowest > highest) {
    throw new InputRangeError(
      `choose a step preset: expected pitches from 0 to 127, the lowest first, found ${lowest} and ${highest}`,
    );
  }
  const pitches = Array.from({ length: highest - lowest + 1 }, (_, i) => String(lowest + i));
  const words = [END_OF_STEP, ...pitches];
  // The unknown token and the line break come besides.
  const vocabSize = words.length + 2 + (specialTokens?.length ?? 0);
  return spacedTokens({ words, vocabSize, specialTokens }, new preTokenizers.WhitespaceSplit(), "step");
}

/** Returns a tokenizer of whole pieces with one space between them, and line breaks. */
function spacedTokens(
  options: MusicPresetOptions,
  preTokenizer: preTokenizers.PreTokenizer,
  name: string,
): TrainOptions {
  const action = `choose ${name === "step" ? "a" : "an"} ${name} preset`;
  const { vocabSize = 30_000, minCount = 1, specialTokens = [], words = [] } = checkOptions(
    action,
    options,
    MUSIC_KINDS,
  );
  const [unknownToken, lineBreak] = ["<unk>", "\n"];
  const required = new Set([unknownToken, lineBreak, ...specialTokens, ...words]);
  checkInteger(action, "vocabSize", vocabSize, required.size);
  return {
    preTokenizer,
    trainer: new trainers.WordLevel({
      // The trainer does not count the line break.
      vocabSize: vocabSize - 1,
      minCount,
      unknownToken,
      specialTokens: [unknownToken, ...specialTokens.filter((token) => token !== unknownToken)],
      words,
    }),
    plainTokens: [lineBreak],
    decoder: spacedDecoder(),
  };
}

/** Returns a decoder that puts one space between tokens, but none beside a line break. */
function spacedDecoder(): decoders.Decoder {
  return new decoders.Sequence([
    new decoders.WordPiece({ cleanup: false }),
    new decoders.Fuse(),
    ...[" \n", "\n "].map((pattern) => new decoders.Replace({ pattern: literalPattern(pattern), content: "\n" })),
  ]);
}
