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

/** Index of the first byte that does not belong to a character: bisects with a decoder that stops behind it. */
function firstInvalid(bytes: Uint8Array): number {
  const isValid = (end: number, stream: boolean): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream });
      return true;
    } catch {
      return false;
    }
  };
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValid(middle, true)) good = middle;
    else bad = middle;
  }
  // What stands before is whole, or begins a character that is never finished.
  if (isValid(good, false)) return good;
  let index = good - 1;
  while ((bytes[index] & 0xc0) === 0x80) index--;
  return index;
}
