/** Reads a whole UTF-8 file. Throws a RangeError that names the file where it is missing, no file, empty, or not UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  if (bytes.length === 0) throw new RangeError(`read ${path}: expected some text, found an empty file`);
  let text: string;
  try {
    // A byte-order mark is dropped.
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const offset = firstInvalid(bytes);
    if (offset === bytes.length) {
      throw new RangeError(`read ${path}: expected a text that fits into a string, found ${bytes.length} bytes`);
    }
    const byte = bytes[offset].toString(16).padStart(2, "0");
    throw new RangeError(`read ${path}: expected UTF-8 text, found byte 0x${byte} at ${offset}`);
  }
  if (text === "") throw new RangeError(`read ${path}: expected some text, found a byte-order mark alone`);
  return text;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new RangeError(`read ${path}: expected a file, found none`);
    const isDirectory = (await Deno.stat(path).catch(() => undefined))?.isDirectory;
    if (isDirectory) throw new RangeError(`read ${path}: expected a file, found a directory`);
    throw new RangeError(`read ${path}: expected a readable file, found ${(error as Error).message}`);
  }
}

/** Offset of the first byte at which no whole UTF-8 character begins; the length where there is none. */
function firstInvalid(bytes: Uint8Array): number {
  let offset = 0;
  for (let length = 1; offset < bytes.length && length > 0; offset += length) length = characterLength(bytes, offset);
  return offset;
}

/** Bytes of the character that begins at `offset`; 0 where none does (Unicode 15, table 3-7). */
function characterLength(bytes: Uint8Array, offset: number): number {
  const first = bytes[offset];
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  // Longer forms than needed, surrogates and what is above U+10FFFF are told by the second byte.
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    const byte = bytes[offset + i];
    const isIn = i === 1 ? byte >= lowest && byte <= highest : byte >= 0x80 && byte <= 0xbf;
    if (!isIn) return 0;
  }
  return length;
}
