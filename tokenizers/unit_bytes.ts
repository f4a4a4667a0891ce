/** Maximum number of bytes that a code unit takes. */
export const MAX_UNIT_BYTES = 3;

/** Number of code units that are turned into a string at a time. */
const BLOCK = 4096;

const units = new Uint16Array(BLOCK);

/**
 * Writes a part of a text as bytes, each UTF-16 code unit by itself as in UTF-8 (CESU-8, so that surrogates need not be
 * paired), and returns where they end.
 */
export function encodeUnits(text: string, start: number, end: number, bytes: Uint8Array, at: number): number {
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes[at++] = unit;
    else if (unit < 0x800) {
      bytes[at++] = 0xc0 | unit >> 6;
      bytes[at++] = 0x80 | unit & 0x3f;
    } else {
      bytes[at++] = 0xe0 | unit >> 12;
      bytes[at++] = 0x80 | unit >> 6 & 0x3f;
      bytes[at++] = 0x80 | unit & 0x3f;
    }
  }
  return at;
}

/** The text that {@linkcode encodeUnits} wrote from `start` up to `end`. */
export function decodeUnits(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end;) {
    let count = 0;
    while (at < end && count < BLOCK) {
      const byte = bytes[at++];
      if (byte < 0x80) units[count++] = byte;
      else if (byte < 0xe0) units[count++] = (byte & 0x1f) << 6 | bytes[at++] & 0x3f;
      else units[count++] = (byte & 0x0f) << 12 | (bytes[at++] & 0x3f) << 6 | bytes[at++] & 0x3f;
    }
    text += String.fromCharCode.apply(null, units.subarray(0, count) as unknown as number[]);
  }
  return text;
}

/** A 32-bit hash of bytes: FNV-1a, then mixed, since tables use the low bits. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
