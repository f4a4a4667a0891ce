import { asPipeline } from "./as_pipeline.ts";
import { bytesOf } from "./decoders/byte_level.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Finds the text that a token adds to a text that already has one, such as " the". */
export class TokenTexts {
  #tokenizer: Tokenizer;
  #texts = new Map<number, string>();

  /** Keeps the texts that it has found. */
  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The text of a token; bytes that are only a part of a character are shown as in `<0xE2>`. */
  of(id: number): string {
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = this.#added(id);
    this.#texts.set(id, text);
    return text;
  }

  #added(id: number): string {
    const once = this.#tokenizer.decode([id]);
    if (once.includes("\ufffd")) return this.#spelled(id);
    // The first token of a text may lose a space, so that the token is decoded after itself.
    const twice = this.#tokenizer.decode([id, id]);
    return twice.startsWith(once) ? twice.slice(once.length) : once;
  }

  #spelled(id: number): string {
    const token = asPipeline(this.#tokenizer).tokens[id] ?? "";
    return token.includes("\ufffd") ? token : Array.from(bytesOf(token), shownByte).join("");
  }
}

/** The ids of each tokenizer's tokens by their texts: finding all of these decodes the whole vocabulary. */
const idsByText = new WeakMap<Tokenizer, ReadonlyMap<string, number>>();

/** Returns the id of the first token with a text, as `TokenTexts` finds it; undefined if there is none. */
export function idOfText(tokenizer: Tokenizer, text: string): number | undefined {
  const ids = idsByText.get(tokenizer) ?? makeIds(tokenizer);
  idsByText.set(tokenizer, ids);
  return ids.get(text);
}

function makeIds(tokenizer: Tokenizer): ReadonlyMap<string, number> {
  const texts = new TokenTexts(tokenizer);
  const ids = new Map<string, number>();
  // The first of several tokens with the same text is set last.
  for (let id = tokenizer.size - 1; id >= 0; id--) ids.set(texts.of(id), id);
  return ids;
}

function shownByte(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : `<0x${byte.toString(16).toUpperCase()}>`;
}
