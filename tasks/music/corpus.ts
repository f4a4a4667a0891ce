import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeList, describeValue } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { expectParts, Fingerprint } from "../task_model/mod.ts";
import type { MusicIds } from "./learning.ts";
import type { Notation } from "./notations/notation.ts";
import type { PieceReader } from "./notations/rules.ts";

/** Pieces for training, validation and test, as the texts that the tokenizer reads. */
export interface MusicCorpus {
  /** Training pieces. */
  readonly train: readonly string[];
  /** Validation pieces. */
  readonly valid?: readonly string[];
  /** Test pieces. */
  readonly test?: readonly string[];
}

/** Throws `TypeError` if a value is not a corpus, `RangeError` if it has no training piece. */
export function expectMusic(action: string, data: MusicCorpus | readonly string[]): MusicCorpus {
  const corpus = (Array.isArray(data) ? { train: data } : expectParts(action, data)) as MusicCorpus;
  const parts = [corpus.train, corpus.valid, corpus.test];
  const isWrong = (part: unknown): boolean => !Array.isArray(part) || part.some((piece) => typeof piece !== "string");
  if (parts[0] === undefined || parts.some((part) => part !== undefined && isWrong(part))) {
    throw new InputTypeError(`${action}: expected pieces as texts, found ${describeValue(data)}`);
  }
  for (const [name, part] of [["training", corpus.train], ["validation", corpus.valid]] as const) {
    if (part?.length === 0) throw new InputRangeError(`${action}: expected at least 1 ${name} piece, found none`);
  }
  return corpus;
}

/** Pieces of which a model knows every token, and what it does not know. */
export interface KnownPieces {
  /** The pieces that are known. */
  readonly known: readonly string[];
  /** A warning that counts the others and names their unknown tokens; undefined if there are none. */
  readonly warning?: string;
}

/** Leaves out the pieces with tokens that the model does not know. `noun` names the pieces in the warning. */
export function knownPieces(tokenizer: Tokenizer, pieces: readonly string[], noun: string): KnownPieces {
  const unknown = new Set<string>();
  const known = pieces.filter((piece) => {
    const own = tokenizer.unknownSymbols(piece);
    for (const symbol of own) unknown.add(symbol);
    return own.length === 0;
  });
  if (known.length === pieces.length) return { known };
  const left = count(pieces.length - known.length, noun);
  const warning = `${left} left out: the model does not know ${
    describeList([...unknown].map((own) => JSON.stringify(own)))
  }`;
  return { known, warning };
}

/** Encodes pieces. Throws `RangeError` that names the first piece with a token that is impossible at its place. */
export function encodePieces(
  action: string,
  pieces: readonly string[],
  { tokenizer, notation }: { readonly tokenizer: Tokenizer; readonly notation: Notation },
): Int32Array[] {
  return pieces.map((text, i) => {
    const own = tokenizer.encode(text);
    if (tokenizer.unknownId !== undefined && own.includes(tokenizer.unknownId)) {
      const unknown = describeList(tokenizer.unknownSymbols(text).map((symbol) => JSON.stringify(symbol)));
      throw new InputRangeError(`${action}: expected tokens that the model knows, found ${unknown} in piece ${i + 1}`);
    }
    const ids = notation.end === undefined ? own : Int32Array.from([...own, notation.end]);
    const { isComplete } = readTokens(action, ids, { tokenizer, notation, place: `piece ${i + 1}` });
    if (ids.length === 0 || !isComplete) {
      throw new InputRangeError(
        `${action}: expected a whole piece, found piece ${i + 1} of ${count(ids.length, "token")} without an end`,
      );
    }
    return ids;
  });
}

/** How tokens are read. */
interface TokenReading {
  readonly tokenizer: Tokenizer;
  readonly notation: Notation;
  /** Name of the tokens in messages, such as "piece 1". */
  readonly place: string;
}

/** Reads the tokens of a piece or a beginning. Throws `RangeError` that names the first one that is impossible. */
export function readTokens(
  action: string,
  ids: ArrayLike<number>,
  { tokenizer, notation, place }: TokenReading,
): PieceReader {
  const reader = notation.rules.start();
  const allowed = new Uint8Array(notation.rules.vocabSize);
  for (let t = 0; t < ids.length; t++) {
    reader.allow(allowed.fill(0));
    if (allowed[ids[t]] !== 1) {
      const found = ids[t] === notation.end ? "the end" : JSON.stringify(tokenizer.decode([ids[t]]));
      throw new InputRangeError(
        `${action}: expected music in ${place}, found ${found} at token ${t + 1}, where it is impossible`,
      );
    }
    reader.read(ids[t]);
  }
  return reader;
}

/** Computes a fingerprint of pieces; those with the same fingerprint are treated as the same. */
export function fingerprintOf({ train, valid }: MusicIds): number {
  const fingerprint = new Fingerprint();
  for (const part of [train, valid ?? []]) {
    fingerprint.add(part.length);
    for (const ids of part) {
      fingerprint.add(ids.length);
      fingerprint.addAll(ids);
    }
  }
  return fingerprint.value;
}
