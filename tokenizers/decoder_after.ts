import { asPipeline } from "./as_pipeline.ts";
import { bytesOf } from "./decoders/byte_level.ts";
import type { StreamDecoder } from "./stream_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The longest character in bytes of UTF-8, and thus in tokens. */
export const MOST_PARTS = 4;

/** Tokens from which a decoder knows enough of a text to go on with it, such as whether a space comes next. */
const CONTEXT = 16;

/** Number of ids at the end of a text of which `decoderAfter` makes use. */
export const MOST_BEFORE = CONTEXT + MOST_PARTS - 1;

/** A token that is a byte among tokens that are none. */
const BYTE = /^<0x([0-9A-Fa-f]{2})>$/;

/**
 * Makes a decoder of the ids that follow others. What the others give is left out, also where a decoder holds it back:
 * bytes that are a whole character, after which more of them may come.
 */
export function decoderAfter(tokenizer: Tokenizer, ids: readonly number[]): StreamDecoder {
  const context = endOf(tokenizer, ids, CONTEXT);
  const decoder = tokenizer.decoder();
  for (const id of context) decoder.push(id);
  let held = heldBack(tokenizer, context);
  const own = (text: string): string => {
    const other = Math.min(text.length, held.length);
    held = held.slice(other);
    return text.slice(other);
  };
  return { push: (id) => own(decoder.push(id)), flush: () => own(decoder.flush()) };
}

/** Returns the last of some ids, and those before it that are parts of the same character. */
export function lastCharacter(tokenizer: Tokenizer, ids: readonly number[]): readonly number[] {
  return endOf(tokenizer, ids, 1);
}

/** Returns the end of a text, as a decoder's `flush` gives it, without a character that more tokens may finish. */
export function withoutUnfinished(text: string): string {
  return text.replace(/\ufffd+$/, "");
}

/** Returns the last ids, at least `count` if there are so many, and up to 3 more to begin with a character. */
function endOf(tokenizer: Tokenizer, ids: readonly number[], count: number): readonly number[] {
  const last = Math.max(0, ids.length - count);
  for (let start = last; start >= 0 && start > last - MOST_PARTS; start--) {
    if (start === ids.length || beginsCharacter(tokenizer, ids[start])) return ids.slice(start);
  }
  return ids.slice(last);
}

/** Whether a character begins in a token. */
function beginsCharacter(tokenizer: Tokenizer, id: number): boolean {
  if (!tokenizer.decode([id]).includes("\ufffd")) return true;
  const token = asPipeline(tokenizer).tokens[id] ?? "";
  const [, byte] = BYTE.exec(token) ?? [];
  const bytes = byte === undefined ? bytesOf(token) : [parseInt(byte, 16)];
  return bytes.some((byte) => byte >> 6 !== 0b10);
}

/** Returns what a decoder holds back of a text that ends with some ids, though the text has it. */
function heldBack(tokenizer: Tokenizer, ids: readonly number[]): string {
  const decoder = tokenizer.decoder();
  for (const id of ids) decoder.push(id);
  return withoutUnfinished(decoder.flush());
}
