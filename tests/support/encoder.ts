/**
 * Returns a function that encodes texts by the inverse of `TextDecoder`. It throws `RangeError` for other characters.
 */
export function encoderOf(name: string): (text: string) => Uint8Array<ArrayBuffer> {
  const codes = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(name, { fatal: true });
  const add = (...bytes: number[]): void => {
    try {
      const text = decoder.decode(Uint8Array.from(bytes));
      if (!codes.has(text)) codes.set(text, bytes);
    } catch {
      // These bytes are no character.
    }
  };
  for (let byte = 0; byte < 256; byte++) add(byte);
  if (MULTIBYTE.test(name)) {
    for (let lead = 0x81; lead < 0xff; lead++) for (let trail = 0x40; trail < 0xff; trail++) add(lead, trail);
  }
  return (text) => Uint8Array.from([...text].flatMap((letter) => codes.get(letter) ?? refuse(letter, name)));
}

const MULTIBYTE = /^(?:big5|euc-jp|euc-kr|gb18030|shift_jis)$/;

function refuse(letter: string, name: string): never {
  throw new RangeError(`encode a text: expected a character of ${name}, found ${letter}`);
}
