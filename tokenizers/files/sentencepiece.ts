import { checkKind, instanceOf } from "../options.ts";
import { SentencePiece as SentencePieceDecoder } from "../decoders/sentencepiece.ts";
import { SentencePiece } from "../models/sentencepiece.ts";
import { neverCrossesMarks } from "../models/sentencepiece_lattice.ts";
import { MARK, userDefined } from "../models/sentencepiece_pieces.ts";
import { SentencePiece as SentencePieceNormalizer } from "../normalizers/sentencepiece.ts";
import { escapeRegex } from "../regex/escape.ts";
import { readSentencePieceModel, type SentencePieceModel } from "./sentencepiece_model.ts";
import { tokenizerFile } from "./tokenizer_file.ts";

/**
 * Converts a SentencePiece model (Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226) of any type to a
 * `tokenizer.json` that gives the same ids. As in SentencePiece, text that spells a control symbol or the unknown
 * piece, such as `</s>`, is ordinary text; control symbols decode to nothing.
 *
 * The file is also one of Hugging Face's library. What that library cannot express stands in fields named
 * `sentencepiece`, which it ignores.
 *
 * @param bytes The contents of the `.model` file.
 * @throws {SyntaxError} If the bytes are not a SentencePiece model; the message names the problem and its byte offset.
 * @throws {RangeError} If the model's type is unknown, or its pieces contradict each other.
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
  const { algorithm, pieces, byteFallback, normalization } = model;
  const normalizer = new SentencePieceNormalizer({ ...normalization, userDefinedSymbols: userDefined(pieces) });
  return tokenizerFile({
    addedTokens: [],
    normalizer: normalizer.toJSON(),
    preTokenizer: preTokenizerOf(model),
    decoder: decoderOf(model),
    model: new SentencePiece({ algorithm, pieces, byteFallback }).toJSON(),
  });
}

/**
 * Splits that never change the result on the whole text. A word model, and the sums of a unigram one, need it whole.
 */
function preTokenizerOf({ algorithm, pieces }: SentencePieceModel): unknown {
  if (algorithm === "unigram" || algorithm === "word") return null;
  const preTokenizers: unknown[] = [];
  if (neverCrossesMarks(pieces)) {
    preTokenizers.push({ type: "Metaspace", replacement: MARK, prepend_scheme: "never", split: true });
  }
  const symbols = userDefined(pieces).sort((a, b) => b.length - a.length);
  if (symbols.length > 0) {
    const pattern = { Regex: symbols.map(escapeRegex).join("|") };
    preTokenizers.push({ type: "Split", pattern, behavior: "Isolated", invert: false });
  }
  return preTokenizers.length < 2 ? preTokenizers[0] ?? null : { type: "Sequence", pretokenizers: preTokenizers };
}

function decoderOf({ pieces, unknownId, denormalizer, ...settings }: SentencePieceModel): unknown {
  return new SentencePieceDecoder({
    unknownPiece: pieces[unknownId].text,
    unknownSurface: settings.unknownSurface,
    controls: pieces.filter(({ type }) => type === "control").map(({ text }) => text),
    byteFallback: settings.byteFallback,
    addDummyPrefix: settings.normalization.addDummyPrefix,
    removeExtraWhitespaces: settings.normalization.removeExtraWhitespaces,
    ...denormalizer === undefined ? {} : { denormalizer: new SentencePieceNormalizer(denormalizer) },
  }).toJSON();
}
