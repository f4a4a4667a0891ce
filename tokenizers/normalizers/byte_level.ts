import type { AlignedText } from "../aligned_text.ts";
import { byteSymbolsOf } from "../byte_symbols.ts";
import type { Normalizer } from "./normalizer.ts";

/** Writes each byte of a text's UTF-8 as a visible character, as GPT-2 does (Radford et al. 2019). */
export class ByteLevel implements Normalizer {
  /** false: spaces are no spaces after it. */
  readonly isLocal = false;

  /** The normalizer that a part of a `tokenizer.json` describes. */
  static fromJSON(): ByteLevel {
    return new ByteLevel();
  }

  /** The text in byte symbols. */
  normalize(text: AlignedText): AlignedText {
    return text.mapCharacters(byteSymbolsOf);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "ByteLevel" };
  }
}
