import type { PipelineTokenizer } from "../../tokenizers/mod.ts";
import { type Encoder, inCodePoints } from "./compare.ts";
// deno-lint-ignore no-import-prefix
import { Tokenizer as NativeTokenizer } from "npm:tokenizers@0.23.2";

/** Encodes with ids and offsets. */
export function full(tokenizer: PipelineTokenizer): Encoder {
  return (texts) =>
    texts.map((text) => {
      const { ids, offsets } = tokenizer.encoding(text);
      return { ids, offsets: inCodePoints(text, offsets) };
    });
}

/** Hugging Face's native tokenizer of a `tokenizer.json`. */
export function native(json: unknown): Encoder {
  const tokenizer = NativeTokenizer.fromString(JSON.stringify(json));
  return async (texts) => {
    const encodings = await tokenizer.encodeBatch([...texts]);
    return encodings.map((encoding) => ({ ids: encoding.getIds(), offsets: encoding.getOffsets() }));
  };
}
