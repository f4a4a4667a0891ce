import { fstatSync } from "node:fs";
import process from "node:process";

/** The lines of standard input without their ends. Throws a RangeError for what is not UTF-8. */
export async function* inputLines(): AsyncGenerator<string, void, void> {
  for await (const lines of inputBlocks()) yield* lines;
}

/** The lines of standard input without their ends, as many at a time as there are. Throws a RangeError for what is not UTF-8. */
export async function* inputBlocks(): AsyncGenerator<string[], void, void> {
  let open = "";
  for await (const piece of input()) {
    const lines = piece.split("\n");
    lines[0] = open + lines[0];
    open = lines.pop()!;
    if (lines.length > 0) yield lines;
  }
  if (open !== "") yield [open];
}

/** Standard input as one text. Throws a RangeError for what is not UTF-8. */
export async function* wholeInput(): AsyncGenerator<string, void, void> {
  yield await inputText();
}

/** Standard input as one string. Throws a `RangeError` for what is not UTF-8. */
export async function inputText(): Promise<string> {
  let text = "";
  for await (const piece of input()) text += piece;
  return text;
}

/** Milliseconds within which a pipe must have something, or end, to be read: an idle one may never end. */
const IDLE = 100;

/**
 * Whether something is piped in, which stays to be read. Standard input may also be a terminal, /dev/null, or a pipe that is empty or on which
 * nobody writes.
 */
export async function isPiped(): Promise<boolean> {
  const { stdin } = process;
  const stats = fstatSync(0);
  if (!stats.isFIFO() && !stats.isFile()) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, IDLE);
  stdin.once("readable", resolve);
  await promise;
  clearTimeout(timer);
  stdin.off("readable", resolve);
  if (stdin.readableLength > 0) return true;
  stdin.pause();
  return false;
}

/** Standard input piece by piece. Throws a RangeError for what is not UTF-8. */
async function* input(): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw new RangeError("read standard input: expected UTF-8 text, found bytes that are none");
    }
  };
  for await (const bytes of process.stdin) yield decode(bytes);
  yield decode();
}
