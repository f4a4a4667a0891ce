/**
 * The printable character that GPT-2's byte-level BPE files use for each byte: the byte's Latin-1 character if it is
 * visible, otherwise the next unused character from U+0100 on.
 */
export function byteSymbols(): string[] {
  let hidden = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
    return String.fromCharCode(visible ? byte : hidden++);
  });
}

const SYMBOLS = byteSymbols();

/** The byte symbols of a character's UTF-8; an unpaired surrogate becomes U+FFFD. */
export function byteSymbolsOf(character: string): string {
  let code = character.codePointAt(0)!;
  if (code < 0x80) return SYMBOLS[code];
  if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
  const continuation = (shift: number): string => SYMBOLS[0x80 | (code >> shift) & 0x3f];
  if (code < 0x800) return SYMBOLS[0xc0 | code >> 6] + continuation(0);
  if (code < 0x10000) return SYMBOLS[0xe0 | code >> 12] + continuation(6) + continuation(0);
  return SYMBOLS[0xf0 | code >> 18] + continuation(12) + continuation(6) + continuation(0);
}
