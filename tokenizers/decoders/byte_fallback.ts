import { byteOf } from "../byte_token.ts";
import type { Decoder, FragmentSink, TokenStream } from "./decoder.ts";
import { wholeTokens } from "./whole_tokens.ts";

/**
 * Decodes byte tokens such as `<0xE2>`. If a run of bytes is not valid UTF-8, each of its bytes becomes U+FFFD.
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
  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(): ByteFallback {
    return new ByteFallback();
  }

  /** Creates a stream that holds back runs of bytes, since one invalid byte also invalidates those before it. */
  stream(): TokenStream {
    let bytes: number[] = [];
    const release = (next: FragmentSink): void => {
      if (bytes.length === 0) return;
      for (const token of textOf(bytes)) next(token, true);
      bytes = [];
    };
    return wholeTokens({
      token: (token, next) => {
        const byte = byteOf(token);
        if (byte === undefined) {
          release(next);
          next(token, true);
        } else bytes.push(byte);
      },
      end: release,
    });
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "ByteFallback" };
  }
}

function textOf(bytes: readonly number[]): string[] {
  try {
    return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\ufffd");
  }
}
