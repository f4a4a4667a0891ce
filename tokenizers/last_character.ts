import { asPipeline } from "./as_pipeline.ts";
import { bytesOf } from "./decoders/byte_level.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The longest character in bytes of UTF-8, and thus in tokens. */
export const MOST_PARTS = 4;

/** A token that is a byte among tokens that are none. */
const BYTE = /^<0x([0-9A-Fa-f]{2})>$/;

/** Returns the last of some ids, and those before it that are parts of the same character. */
export function lastCharacter(tokenizer: Tokenizer, ids: readonly number[]): number[] {
  const last = ids.slice(-1);
  if (!tokenizer.decode(last).includes("\ufffd")) return last;
  const { tokens } = asPipeline(tokenizer);
  const first = ids.findLastIndex((id) => beginsCharacter(tokens[id] ?? ""));
  return first < ids.length - MOST_PARTS ? last : ids.slice(Math.max(first, 0));
}

/**
 * Returns what a decoder holds back of a text that ends with some ids, though the text has it: bytes that are a whole
 * character, after which more of them may come.
 */
export function heldBack(tokenizer: Tokenizer, ids: readonly number[]): string {
  const decoder = tokenizer.decoder();
  for (const id of ids) decoder.push(id);
  return withoutUnfinished(decoder.flush());
}

/** Returns the end of a text, as a decoder's `flush` gives it, without a character that more tokens may finish. */
export function withoutUnfinished(text: string): string {
  return text.replace(/\ufffd+$/, "");
}

/** Whether a character begins in a token. */
function beginsCharacter(token: string): boolean {
  const [, byte] = BYTE.exec(token) ?? [];
  const bytes = byte === undefined ? bytesOf(token) : [parseInt(byte, 16)];
  return bytes.some((byte) => byte >> 6 !== 0b10);
}
