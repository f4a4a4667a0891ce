import type { Decoder, FragmentSink, TokenStream } from "./decoder.ts";
import { wholeTokens } from "./whole_tokens.ts";

/**
 * Makes text of tokens that stand for bytes, such as `<0xE2>`. Bytes in a row that are no UTF-8 all become U+FFFD.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new decoders.ByteFallback();
 * assertEquals(decoders.decodeTokens(decoder, ["a", "<0xC3>", "<0xA9>", "b", "<0xC3>"]), ["a", "é", "b", "\ufffd"]);
 * ```
 */
export class ByteFallback implements Decoder {
  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(): ByteFallback {
    return new ByteFallback();
  }

  /** A stream that holds bytes in a row back: a wrong one spoils those before it too. */
  stream(): TokenStream {
    let bytes: number[] = [];
    const release = (next: FragmentSink): void => {
      if (bytes.length === 0) return;
      for (const token of textOf(bytes)) next(token, true);
      bytes = [];
    };
    return wholeTokens({
      token: (token, next) => {
        const byte = BYTE.exec(token);
        if (byte === null) {
          release(next);
          next(token, true);
        } else bytes.push(parseInt(byte[1], 16));
      },
      end: release,
    });
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    return { type: "ByteFallback" };
  }
}

/** Hugging Face's library reads a sign too. */
const BYTE = /^<0x([0-9A-Fa-f]{2}|\+[0-9A-Fa-f])>$/;

function textOf(bytes: readonly number[]): string[] {
  try {
    return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\ufffd");
  }
}
