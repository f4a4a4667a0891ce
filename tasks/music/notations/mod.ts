/**
 * The notations of music: the grammar of their tokens, what is told to the network about places, and transposition.
 * @module
 */
import { InputRangeError } from "../../../errors.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { eventNotation } from "./event_notation.ts";
import type { FullNotation } from "./notation.ts";
import { stepNotation } from "./step_notation.ts";
import { tuneNotation } from "./tune_notation.ts";

export type { FullNotation, Notation, StepVocabulary } from "./notation.ts";
export type { MusicRules, PieceReader } from "./rules.ts";

/** The notations by tokenizer. */
const known = new WeakMap<Tokenizer, FullNotation>();

/** Returns the notation that a tokenizer reads. Throws `RangeError` if its tokens are those of no notation. */
export function notationOf(action: string, tokenizer: Tokenizer): FullNotation {
  const found = known.get(tokenizer) ?? stepNotation(tokenizer) ?? tuneNotation(tokenizer) ?? eventNotation(tokenizer);
  if (found === undefined) {
    throw new InputRangeError(`${action}: expected a tokenizer of music, found ${tokenizer.kind}`);
  }
  known.set(tokenizer, found);
  return found;
}
