import type { JSONFields } from "../json_fields.ts";
import { bpeJSON } from "../tokenizer_json.ts";
import { scoreRange, userDefinedScore } from "./sentencepiece_lattice.ts";
import { mergesOfPieces } from "./sentencepiece_merges.ts";
import {
  ALGORITHMS,
  type Piece,
  PIECE_TYPES,
  type PieceType,
  type SentencePieceOptions,
} from "./sentencepiece_pieces.ts";
import { vocabularyFromJSON } from "./vocabulary_json.ts";

/** Converts a SentencePiece model to the closest model of Hugging Face's library, with a field for the rest. */
export function modelToJSON(options: SentencePieceOptions): Record<string, unknown> {
  const { algorithm, pieces, byteFallback = false } = options;
  const closest = { unigram: unigramJSON, bpe: mergesJSON, char: mergesJSON, word: wordsJSON }[algorithm](options);
  return {
    ...closest,
    sentencepiece: {
      model_type: algorithm,
      byte_fallback: byteFallback,
      piece_types: typesOf(pieces),
      ...algorithm === "bpe" ? { scores: pieces.map(({ score }) => score) } : {},
    },
  };
}

/** Reads the parameters of a SentencePiece model from what {@linkcode modelToJSON} returns. */
export function optionsFromJSON(fields: JSONFields): SentencePieceOptions {
  const settings = fields.object("sentencepiece");
  fields.ignoreOthers();
  const algorithm = settings.choice("model_type", ALGORITHMS);
  const texts = algorithm === "unigram" ? scoredTexts(fields) : textsById(fields);
  const scores = algorithm === "bpe" ? settings.numbers("scores") : texts.map(({ score }) => score);
  if (scores.length !== texts.length) throw settings.error("scores", `${texts.length} numbers, one for each piece`);
  const types = readTypes(settings.object("piece_types"), texts.length);
  const dropout = fields.optionalNumber("dropout");
  return {
    algorithm,
    pieces: texts.map(({ text }, id) => ({ text, score: scores[id], type: types[id] })),
    byteFallback: settings.boolean("byte_fallback"),
    ...dropout === undefined ? {} : { dropout },
  };
}

function unigramJSON({ pieces, byteFallback = false }: SentencePieceOptions): Record<string, unknown> {
  const { lowest, highest } = scoreRange(pieces);
  const scoreOf = ({ text, score, type }: Piece): number => {
    if (type === "user-defined") return userDefinedScore(text, highest);
    // An unused piece loses against its characters.
    return type === "unused" ? text.length * lowest - 1 : score;
  };
  return {
    type: "Unigram",
    unk_id: pieces.findIndex(({ type }) => type === "unknown"),
    vocab: pieces.map((piece) => [piece.text, scoreOf(piece)]),
    byte_fallback: byteFallback,
  };
}

function mergesJSON(
  { algorithm, pieces, byteFallback = false, dropout }: SentencePieceOptions,
): Record<string, unknown> {
  return bpeJSON({
    dropout,
    unk_token: unknownOf(pieces),
    fuse_unk: true,
    byte_fallback: byteFallback,
    // The pre-tokenizer isolates user-defined pieces, which no merges make.
    ignore_merges: pieces.some(({ type }) => type === "user-defined"),
    vocab: idsOf(pieces),
    merges: algorithm === "bpe" ? mergesOfPieces(pieces) : [],
  });
}

function wordsJSON({ pieces }: SentencePieceOptions): Record<string, unknown> {
  return { type: "WordLevel", vocab: Object.fromEntries(idsOf(pieces)), unk_token: unknownOf(pieces) };
}

function unknownOf(pieces: readonly Piece[]): string {
  return pieces.find(({ type }) => type === "unknown")!.text;
}

function idsOf(pieces: readonly Piece[]): Map<string, number> {
  return new Map(pieces.map(({ text }, id) => [text, id]));
}

/** The ids of the pieces of each type but normal. */
function typesOf(pieces: readonly Piece[]): Record<string, number[]> {
  const ids: Record<string, number[]> = {};
  for (const [id, { type }] of pieces.entries()) {
    if (type !== "normal") (ids[type] ??= []).push(id);
  }
  return ids;
}

function readTypes(fields: JSONFields, count: number): PieceType[] {
  const types = new Array<PieceType>(count).fill("normal");
  for (const [name] of fields.entries()) {
    const type = PIECE_TYPES.find((type) => type === name);
    if (type === undefined) throw fields.error(name, `no field of this name, only ${PIECE_TYPES.join(", ")}`);
    for (const id of fields.numbers(name)) {
      if (types[id] === undefined) throw fields.error(name, `ids below ${count}`);
      types[id] = type;
    }
  }
  return types;
}

/** The texts and scores of a Unigram model's vocabulary. */
function scoredTexts(fields: JSONFields): { text: string; score: number }[] {
  return fields.array("vocab").map((entry) => {
    const [text, score] = Array.isArray(entry) ? entry : [];
    if (typeof text === "string" && Number.isFinite(score)) return { text, score };
    throw fields.error("vocab", "pairs of a token and its score");
  });
}

/** The texts of a vocabulary in the order of their ids. */
function textsById(fields: JSONFields): { text: string; score: number }[] {
  const vocabulary = vocabularyFromJSON(fields);
  const texts: { text: string; score: number }[] = [];
  for (const [text, id] of vocabulary) {
    if (id >= vocabulary.size) throw fields.error("vocab", `ids from 0 to ${vocabulary.size - 1}`);
    texts[id] = { text, score: 0 };
  }
  return texts;
}
