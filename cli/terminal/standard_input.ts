import { fstatSync } from "node:fs";
import process from "node:process";

/** Yields the lines of standard input without line terminators. Throws `RangeError` if the input is not UTF-8. */
export async function* inputLines(): AsyncGenerator<string, void, void> {
  for await (const lines of inputBlocks()) yield* lines;
}

/**
 * Like `inputLines`, but yields all lines that have arrived as one array. Throws `RangeError` if the input is not
 * UTF-8.
 */
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

/** Yields all of standard input as one text. Throws `RangeError` if the input is not UTF-8. */
export async function* wholeInput(): AsyncGenerator<string, void, void> {
  yield await inputText();
}

/** Reads all of standard input. Throws `RangeError` if the input is not UTF-8. */
export async function inputText(): Promise<string> {
  let text = "";
  for await (const piece of input()) text += piece;
  return text;
}

/** A pipe without data for this many milliseconds counts as empty: it may never end. */
const IDLE_PIPE_MS = 100;

/**
 * Whether standard input is a file or a pipe with data. Consumes none of it. Returns false for a terminal, /dev/null,
 * and an empty or idle pipe.
 */
export async function isPiped(): Promise<boolean> {
  const { stdin } = process;
  const stats = fstatSync(0);
  if (!stats.isFIFO() && !stats.isFile()) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, IDLE_PIPE_MS);
  stdin.once("readable", resolve);
  await promise;
  clearTimeout(timer);
  stdin.off("readable", resolve);
  if (stdin.readableLength > 0) return true;
  stdin.pause();
  return false;
}

/** Yields standard input in decoded chunks. Throws `RangeError` if the input is not UTF-8. */
async function* input(): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      throw new RangeError("read standard input: expected UTF-8 text, found invalid bytes");
    }
  };
  for await (const bytes of process.stdin) yield decode(bytes);
  yield decode();
}
