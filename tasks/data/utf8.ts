/** Offset of the first byte at which no whole UTF-8 character begins; the length if there is none. */
export function firstInvalid(bytes: Uint8Array): number {
  let offset = 0;
  for (let length = 1; offset < bytes.length && length > 0; offset += length) length = characterLength(bytes, offset);
  return offset;
}

/** Length in bytes of the character that begins at `offset`; 0 if none does (Unicode 15, table 3-7). */
export function characterLength(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  // The second byte reveals overlong forms, surrogates and code points above U+10FFFF.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[offset + i];
    const isIn = i === 1 ? byte >= lowest && byte <= highest : byte >= 0x80 && byte <= 0xbf;
    if (!isIn) return 0;
  }
  return length;
}
