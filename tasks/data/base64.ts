import type { Parts } from "./parts.ts";

/** Bytes that become text at a time, a multiple of 3 so that the texts join. */
const PART = 3 * 2 ** 11;

/** Writes bytes in base64, in parts; `toBase64` of byte arrays is missing in older runtimes. */
export function* base64Parts(bytes: Uint8Array): Parts<string> {
  const texts: string[] = [];
  for (let start = 0; start < bytes.length; start += PART) {
    texts.push(btoa(String.fromCharCode(...bytes.subarray(start, start + PART))));
    yield;
  }
  return texts.join("");
}
