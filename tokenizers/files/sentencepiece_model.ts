import { InputRangeError } from "../../errors.ts";
import { byteToken } from "../models/bpe.ts";
import { ALGORITHMS, type Piece, PIECE_TYPES, type SentencePieceAlgorithm } from "../models/sentencepiece_pieces.ts";
import type { SentencePieceOptions } from "../normalizers/sentencepiece.ts";
import { CharacterMap } from "../normalizers/character_map.ts";
import { ProtobufMessage } from "./protobuf.ts";

/** The parts of a SentencePiece model that affect its ids and decoding. */
export interface SentencePieceModel {
  /** The segmentation algorithm. */
  readonly algorithm: SentencePieceAlgorithm;
  /** The pieces, by id. */
  readonly pieces: readonly Piece[];
  /** The id of the unknown piece. */
  readonly unknownId: number;
  /** The text that the unknown piece decodes to. */
  readonly unknownSurface: string;
  /** Whether unknown characters are encoded as bytes. */
  readonly byteFallback: boolean;
  /** How a text is normalized. */
  readonly normalization: SentencePieceOptions;
  /** How a decoded text is rewritten, if it is. */
  readonly denormalizer: SentencePieceOptions | undefined;
}

/** The fields used from the messages in SentencePiece's sentencepiece_model.proto. */
const MODEL = { 1: "pieces", 2: "trainer_spec", 3: "normalizer_spec", 5: "denormalizer_spec" } as const;
const PIECE = { 1: "piece", 2: "score", 3: "type" } as const;
const TRAINER_SPEC = {
  3: "model_type",
  24: "treat_whitespace_as_suffix",
  35: "byte_fallback",
  44: "unk_surface",
} as const;
const NORMALIZER_SPEC = {
  2: "precompiled_charsmap",
  3: "add_dummy_prefix",
  4: "remove_extra_whitespaces",
  5: "escape_whitespaces",
} as const;

type Model = ProtobufMessage<(typeof MODEL)[keyof typeof MODEL]>;
type NormalizerSpec = ProtobufMessage<(typeof NORMALIZER_SPEC)[keyof typeof NORMALIZER_SPEC]>;
type TrainerSpec = ProtobufMessage<(typeof TRAINER_SPEC)[keyof typeof TRAINER_SPEC]>;

const UNKNOWN_SURFACE = " \u2047 ";

/**
 * Reads a SentencePiece `.model`.
 *
 * @throws {SyntaxError} If the bytes are not a SentencePiece model.
 * @throws {RangeError} If the model is of an unsupported type, or its pieces contradict each other.
 */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const model = new ProtobufMessage(bytes, MODEL, { action: "read a SentencePiece model", path: "", offset: 0 });
  const trainer = model.message("trainer_spec", TRAINER_SPEC);
  const normalizer = model.message("normalizer_spec", NORMALIZER_SPEC);
  const denormalizer = model.message("denormalizer_spec", NORMALIZER_SPEC);
  const pieces = readPieces(model);
  return {
    algorithm: readAlgorithm(trainer),
    pieces,
    unknownId: findUnknown(model, pieces),
    unknownSurface: trainer.string("unk_surface", UNKNOWN_SURFACE),
    byteFallback: readByteFallback(trainer, pieces),
    normalization: {
      ...readNormalization(normalizer),
      whitespaceAsSuffix: trainer.boolean("treat_whitespace_as_suffix", false),
    },
    denormalizer: denormalizer.bytes("precompiled_charsmap").length === 0 ? undefined : readNormalization(denormalizer),
  };
}

function readAlgorithm(trainer: TrainerSpec): SentencePieceAlgorithm {
  const number = trainer.int32("model_type", 1);
  const algorithm = ALGORITHMS[number - 1];
  if (algorithm === undefined) throw trainer.invalid("model_type", "a number from 1 to 4", String(number));
  return algorithm;
}

function readNormalization(normalizer: NormalizerSpec): SentencePieceOptions {
  return {
    ...readCharsMap(normalizer),
    addDummyPrefix: normalizer.boolean("add_dummy_prefix", true),
    removeExtraWhitespaces: normalizer.boolean("remove_extra_whitespaces", true),
    escapeWhitespaces: normalizer.boolean("escape_whitespaces", true),
  };
}

function readCharsMap(normalizer: NormalizerSpec): { charsMap?: Uint8Array } {
  const charsMap = normalizer.bytes("precompiled_charsmap");
  if (charsMap.length === 0) return {};
  try {
    new CharacterMap(charsMap);
  } catch (error) {
    if (!(error instanceof InputRangeError)) throw error;
    throw normalizer.invalid("precompiled_charsmap", `a table (${error.message})`, `${charsMap.length} bytes`);
  }
  return { charsMap };
}

function readPieces(model: Model): Piece[] {
  const ids = new Map<string, number>();
  return model.messages("pieces", PIECE).map((piece, id) => {
    const text = piece.string("piece", "");
    const score = piece.float("score", 0);
    const number = piece.int32("type", 1);
    const type = PIECE_TYPES[number - 1];
    const other = ids.get(text);
    if (text === "") throw piece.invalid("piece", "a text that is not empty", '""');
    if (other !== undefined) {
      throw piece.invalid("piece", "a piece of its own", `${JSON.stringify(text)}, that of pieces[${other}]`);
    }
    if (!Number.isFinite(score)) throw piece.invalid("score", "a finite number", String(score));
    if (type === undefined) throw piece.invalid("type", `a number from 1 to ${PIECE_TYPES.length}`, String(number));
    ids.set(text, id);
    return { text, score, type };
  });
}

function findUnknown(model: Model, pieces: readonly Piece[]): number {
  const ids = [...pieces.keys()].filter((id) => pieces[id].type === "unknown");
  if (ids.length !== 1) throw model.invalid("pieces", "one of type unknown", String(ids.length));
  return ids[0];
}

function readByteFallback(trainer: TrainerSpec, pieces: readonly Piece[]): boolean {
  const byteFallback = trainer.boolean("byte_fallback", false);
  const bytes = new Set(pieces.filter(({ type }) => type === "byte").map(({ text }) => text));
  for (let byte = 0; byteFallback && byte < 256; byte++) {
    if (!bytes.has(byteToken(byte))) {
      throw trainer.invalid("byte_fallback", "a piece for each of 256 bytes", `none for ${byteToken(byte)}`);
    }
  }
  return byteFallback;
}
