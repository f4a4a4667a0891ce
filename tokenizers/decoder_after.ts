import { asPipeline } from "./as_pipeline.ts";
import { byteOf } from "./byte_token.ts";
import { bytesOf } from "./decoders/byte_level.ts";
import type { StreamDecoder } from "./stream_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** The longest character in bytes of UTF-8, and thus in tokens. */
export const MOST_PARTS = 4;

/** Tokens from which a decoder knows enough of a text to go on with it, such as whether a space comes next. */
const CONTEXT = 16;

/** Number of ids at the end of a text of which `decoderAfter` makes use. */
export const MOST_BEFORE = CONTEXT + MOST_PARTS - 1;

/**
 * Makes a decoder of the ids that follow others. What the others give is left out, also where a decoder holds it back:
 * bytes that are a whole character, after which more of them may come.
 */
export function decoderAfter(tokenizer: Tokenizer, ids: readonly number[]): StreamDecoder {
  const context = endOf(tokenizer, ids, CONTEXT);
  const decoder = tokenizer.decoder();
  let others = finishedText(tokenizer, context).length;
  const own = (text: string): string => {
    const other = Math.min(text.length, others);
    others -= other;
    return text.slice(other);
  };
  for (const id of context) own(decoder.push(id));
  return { push: (id) => own(decoder.push(id)), flush: () => own(decoder.flush()) };
}

/** Returns the last of some ids, and those before it that are parts of the same character. */
export function lastCharacter(tokenizer: Tokenizer, ids: readonly number[]): readonly number[] {
  return endOf(tokenizer, ids, 1);
}

/** Decodes ids, but leaves out a character at the end that more tokens may finish. */
export function finishedText(tokenizer: Tokenizer, ids: readonly number[]): string {
  const { parts, isShared } = unfinishedEnd(tokenizer, ids);
  const text = tokenizer.decode(ids.slice(0, ids.length - parts));
  return isShared ? text.replace(/\ufffd$/, "") : text;
}

/** Does what `finishedText` does for ids that follow others; what the others give is left out. */
export function finishedTextAfter(tokenizer: Tokenizer, others: readonly number[], ids: readonly number[]): string {
  const context = endOf(tokenizer, others, CONTEXT);
  return finishedText(tokenizer, [...context, ...ids]).slice(finishedText(tokenizer, context).length);
}

/**
 * Returns the number of the last ids that are only parts of a character which more tokens may finish, and whether it
 * begins in the token before them, which has other text, too.
 *
 * A decoder may turn all bytes of a run into U+FFFD for such a character, so that only its tokens tell it apart.
 */
function unfinishedEnd(
  tokenizer: Tokenizer,
  ids: readonly number[],
): { readonly parts: number; readonly isShared: boolean } {
  const last = lastCharacter(tokenizer, ids);
  const utf8 = new TextDecoder();
  const bytes = Uint8Array.from(last.flatMap((id) => [...bytesIn(tokenizer, id)]));
  const isShared = utf8.decode(bytes, { stream: true }) !== "";
  // What is held back is the beginning of a character.
  if (utf8.decode() === "") return { parts: 0, isShared: false };
  return { parts: isShared ? last.length - 1 : last.length, isShared };
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
  const bytes = bytesIn(tokenizer, id);
  return bytes.length === 0 || bytes.some((byte) => byte >> 6 !== 0b10);
}

/** The bytes of a token, which may be parts of characters. */
function bytesIn(tokenizer: Tokenizer, id: number): Uint8Array {
  const text = tokenizer.decode([id]);
  if (!text.includes("\ufffd")) return new TextEncoder().encode(text);
  const token = asPipeline(tokenizer).tokens[id] ?? "";
  const byte = byteOf(token);
  return byte === undefined ? bytesOf(token) : Uint8Array.of(byte);
}
