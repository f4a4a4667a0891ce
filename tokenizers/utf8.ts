/**
 * The end of the UTF-8 character that starts at a position; the same position if no valid character starts there.
 * Follows table 3-7 of the Unicode Standard: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
export function utf8CharacterEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return at + 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return at;
  const second = bytes[at + 1];
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const greatest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > greatest) return at;
  for (let i = at + 2; i < at + length; i++) {
    if (bytes[i] >> 6 !== 0b10) return at;
  }
  return at + length;
}

/** The number of bytes of a text in UTF-8; an unpaired surrogate counts as 2. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    length += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
  }
  return length;
}
