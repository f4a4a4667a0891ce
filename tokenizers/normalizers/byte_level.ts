import type { AlignedText } from "../aligned_text.ts";
import { byteSymbolsOf } from "../byte_symbols.ts";
import type { Normalizer } from "./normalizer.ts";

/**
 * Writes each byte of a text's UTF-8 as a visible character, like GPT-2 (Radford et al. 2019).
 *
 * @example
 * ```ts
 * import { AlignedText, normalizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new normalizers.ByteLevel().normalize(AlignedText.of("a é")).text, "aĠÃ©");
 * ```
 */
export class ByteLevel implements Normalizer {
  /** Always false: the result contains no spaces. */
  readonly isLocal = false;

  /** Reads the normalizer from a `tokenizer.json`. */
  static fromJSON(): ByteLevel {
    return new ByteLevel();
  }

  /** Converts a text to byte symbols. */
  normalize(text: AlignedText): AlignedText {
    return text.mapCharacters(byteSymbolsOf);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "ByteLevel" };
  }
}
