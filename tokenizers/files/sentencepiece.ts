import { checkKind, instanceOf } from "../options.ts";
import { mergesOfPieces } from "./sentencepiece_merges.ts";
import { type Piece, readSentencePieceModel, type SentencePieceModel } from "./sentencepiece_model.ts";
import { specialPieceCuts } from "./sentencepiece_special.ts";
import { escapeRegex, tokenizerFile } from "./tokenizer_file.ts";

/** The character that stands for a space. */
const MARK = "\u2581";

/** Zero-width assertions, written in syntax common to all regular expression dialects. */
const BEGINNING = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";

/**
 * Converts a SentencePiece model (Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226) of type unigram or BPE to
 * a `tokenizer.json` that gives the same ids. As in SentencePiece, text that spells a control symbol or the unknown
 * piece, such as `</s>`, is ordinary text; control symbols decode to nothing.
 *
 * Two details follow Hugging Face's library instead: the normalization table is applied per grapheme, and scores are
 * summed in double precision, which can break ties differently, such as `l` `ll` against `ll` `l`. A denormalizer is
 * ignored. Pieces of type unused are dropped if the text can be written in any other way.
 *
 * @param bytes The contents of the `.model` file.
 * @throws {SyntaxError} If the bytes are not a SentencePiece model; the message names the problem and its byte offset.
 * @throws {RangeError} If the model is of type word or char, its pieces contradict each other, or it puts spaces after
 * words.
 *
 * @example Read a model
 * ```ts
 * import { PipelineTokenizer, sentencePieceJSON } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const piece = (text: string, type: number) => [10, text.length + 4, 10, text.length, ...new TextEncoder().encode(text), 24, type];
 * const bytes = Uint8Array.from(["<unk>", "a", "b"].flatMap((text, id) => piece(text, id === 0 ? 2 : 1)));
 * const tokenizer = PipelineTokenizer.fromJSON(sentencePieceJSON(bytes));
 * assertEquals([...tokenizer.encode("ab")], [0, 1, 2]);
 * ```
 */
export function sentencePieceJSON(bytes: Uint8Array): Record<string, unknown> {
  const model = readSentencePieceModel(checkKind("read a tokenizer", "the file", bytes, instanceOf(Uint8Array)));
  const symbols = model.type === "bpe" ? userDefinedSymbols(model) : [];
  return tokenizerFile({
    addedTokens: symbols,
    normalizer: normalizerOf(model, symbols.map(({ content }) => content)),
    preTokenizer: preTokenizerOf(model),
    decoder: decoderOf(model),
    model: model.type === "bpe" ? bpeOf(model) : unigramOf(model),
  });
}

/** The symbols that a BPE model never merges; they are matched in the normalized text. */
function userDefinedSymbols({ pieces }: SentencePieceModel): { id: number; content: string; normalized: true }[] {
  return [...pieces.entries()].filter(([, { type }]) => type === "user-defined")
    .map(([id, { text }]) => ({ id, content: text, normalized: true }));
}

/**
 * @param symbols Added tokens. A text that consists of just one of them gets no prefix space, so that it can be matched
 * inside other texts.
 */
function normalizerOf(model: SentencePieceModel, symbols: readonly string[]): unknown {
  const mark = model.escapeWhitespaces ? MARK : " ";
  const replace = (pattern: unknown, content: string): unknown => ({ type: "Replace", pattern, content });
  const normalizers: unknown[] = [];
  if (model.charsMap.length > 0) {
    normalizers.push({ type: "Precompiled", precompiled_charsmap: base64(model.charsMap) });
  }
  if (model.removeExtraWhitespaces) {
    // The second bracket matches only at the start of a run; otherwise a long run would be rescanned from each of its
    // marks.
    const run = model.escapeWhitespaces ? `[ ${MARK}]` : "[ ]";
    normalizers.push(replace({ Regex: " {2,}" }, " "));
    normalizers.push(replace({ Regex: `${BEGINNING} |(?<!${run})${run}+${END}` }, ""));
  }
  if (model.addDummyPrefix && symbols.length === 0) normalizers.push({ type: "Prepend", prepend: mark });
  else if (model.addDummyPrefix) {
    const others = `${BEGINNING}(?!(?:${symbols.map(escapeRegex).join("|")})?${END})`;
    normalizers.push(replace({ Regex: others }, mark));
  }
  if (model.escapeWhitespaces) normalizers.push(replace({ String: " " }, MARK));
  return normalizers.length === 0 ? null : { type: "Sequence", normalizers };
}

/**
 * Splits that never change the model's result on the whole text, plus splits that keep unigram models from matching
 * special pieces.
 */
function preTokenizerOf(model: SentencePieceModel): unknown {
  const preTokenizers: unknown[] = [];
  if (neverCrossesMarks(model)) {
    preTokenizers.push({ type: "Metaspace", replacement: MARK, prepend_scheme: "never", split: true });
  }
  const cuts = model.type === "unigram" ? specialPieceCuts(model) : undefined;
  if (cuts !== undefined) {
    preTokenizers.push({ type: "Split", pattern: { Regex: cuts }, behavior: "MergedWithPrevious", invert: false });
  }
  return preTokenizers.length < 2 ? preTokenizers[0] ?? null : { type: "Sequence", pretokenizers: preTokenizers };
}

/**
 * Whether the mark is a piece by itself (so unknown characters around it do not fuse with it) and occurs in other
 * pieces only at their start.
 */
function neverCrossesMarks({ pieces }: SentencePieceModel): boolean {
  const texts = pieces.filter(({ type }) => type === "normal" || type === "user-defined").map(({ text }) => text);
  return texts.includes(MARK) && texts.every((text) => text.lastIndexOf(MARK) <= 0);
}

function decoderOf(model: SentencePieceModel): unknown {
  const { pieces, unknownId, unknownSurface, byteFallback, addDummyPrefix, removeExtraWhitespaces } = model;
  const replace = (pattern: unknown, content: string): unknown => ({ type: "Replace", pattern, content });
  const controls = pieces.filter(({ type }) => type === "control").map(({ text }) => escapeRegex(text));
  const decoders: unknown[] = [];
  if (controls.length > 0) decoders.push(replace({ Regex: `${BEGINNING}(?:${controls.join("|")})${END}` }, ""));
  decoders.push(replace({ Regex: `${BEGINNING}${escapeRegex(pieces[unknownId].text)}${END}` }, unknownSurface));
  if (byteFallback) decoders.push({ type: "ByteFallback" });
  decoders.push({ type: "Fuse" });
  // Remove the mark before it becomes a space: the unknown piece's surface can start with a space.
  if (addDummyPrefix || removeExtraWhitespaces) decoders.push({ type: "Strip", content: MARK, start: 1, stop: 0 });
  decoders.push(replace({ String: MARK }, " "));
  return { type: "Sequence", decoders };
}

function bpeOf({ pieces, unknownId, byteFallback }: SentencePieceModel): unknown {
  return {
    type: "BPE",
    dropout: null,
    unk_token: pieces[unknownId].text,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: true,
    byte_fallback: byteFallback,
    ignore_merges: false,
    vocab: Object.fromEntries(pieces.map(({ text }, id) => [text, id])),
    merges: mergesOfPieces(pieces),
  };
}

function unigramOf({ pieces, unknownId, byteFallback }: SentencePieceModel): unknown {
  const scores = pieces.filter(({ type }) => type === "normal").map(({ score }) => score);
  const [lowest, highest] = scores.reduce(([low, high], score) => [Math.min(low, score), Math.max(high, score)], [
    0,
    0,
  ]);
  return {
    type: "Unigram",
    unk_id: unknownId,
    vocab: pieces.map((piece) => [piece.text, scoreOf(piece, lowest, highest)]),
    byte_fallback: byteFallback,
  };
}

/** A piece's score. A user-defined piece wins against all others; an unused one loses against its characters. */
function scoreOf({ text, score, type }: Piece, lowest: number, highest: number): number {
  if (type === "user-defined") return new TextEncoder().encode(text).length * highest - 0.1;
  return type === "unused" ? text.length * lowest - 1 : score;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
