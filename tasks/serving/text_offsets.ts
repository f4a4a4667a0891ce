import { decoderAfter } from "../../tokenizers/decoder_after.ts";
import type { StreamDecoder, Tokenizer } from "../../tokenizers/mod.ts";

/** Finds where tokens begin in a text that is decoded as they come. Those that share a character begin with it. */
export class TextOffsets {
  #decoder: StreamDecoder;
  #end: number;

  /** `start` is the number of characters before the first token, `before` are the tokens of these. */
  constructor(tokenizer: Tokenizer, { start = 0, before = [] }: { start?: number; before?: readonly number[] } = {}) {
    this.#decoder = decoderAfter(tokenizer, before);
    this.#end = start;
  }

  /** Returns the offsets of the next tokens. */
  of(tokens: readonly { readonly id: number }[]): number[] {
    return tokens.map(({ id }) => {
      const start = this.#end;
      this.#end += this.#decoder.push(id).length;
      return start;
    });
  }
}
