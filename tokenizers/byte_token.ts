/** Hugging Face's library also accepts a sign here. */
const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2}|\+[0-9A-Fa-f])>$/;

/** Returns the byte of a token such as `<0xE2>`; undefined for any other token. */
export function byteOf(token: string): number | undefined {
  const digits = BYTE_TOKEN.exec(token)?.[1];
  return digits === undefined ? undefined : parseInt(digits, 16);
}
