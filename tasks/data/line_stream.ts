import { InputRangeError } from "../../errors.ts";
import { findEncoding } from "./encodings.ts";
import { refuseOtherKinds } from "./file_kinds.ts";
import { invalidBytes } from "./invalid_bytes.ts";
import { countLineEnds, lineEndsToLF } from "./line_ends.ts";
import type { TextOptions } from "./text_files.ts";

/** Maximum number of code units in a line: half of the longest string in V8. */
const MAX_LINE = 2 ** 28;

/** Bytes needed to recognize a byte-order mark. */
const MARK_LENGTH = 3;

/**
 * Decodes lines from chunks of bytes as they arrive, and yields the lines that each chunk completes, without their line
 * ends. Lines may end with `"\n"`, `"\r\n"` or `"\r"`.
 *
 * Throws `RangeError`, with `action` in front, that names the line of the first bytes that are not in the encoding,
 * after it has yielded all lines before.
 */
export async function* decodeLines(
  chunks: AsyncIterable<Uint8Array>,
  action: string,
  options: TextOptions = {},
): AsyncGenerator<string[], void, void> {
  const stream = new LineStream(action, options.encoding);
  for await (const chunk of chunks) {
    const { lines, error } = stream.push(chunk);
    if (lines.length > 0) yield lines;
    if (error) throw error;
  }
  const { lines, error } = stream.end();
  if (lines.length > 0) yield lines;
  if (error) throw error;
}

/** The lines that some bytes complete, and the error that follows them, if there is one. */
interface Decoded {
  readonly lines: string[];
  readonly error?: RangeError;
}

class LineStream {
  #action: string;
  #asked: string | undefined;
  #decoder: TextDecoder | undefined;
  #wholeLength: (bytes: Uint8Array) => number = () => 0;
  /** Bytes that the next ones complete, and how many bytes and line ends precede them. */
  #bytes = new Uint8Array();
  #offset = 0;
  #lineEnds = 0;
  /** The beginning of a line whose end has not arrived. */
  #open = "";

  constructor(action: string, encoding: string | undefined) {
    this.#action = action;
    this.#asked = encoding;
  }

  push(chunk: Uint8Array): Decoded {
    this.#bytes = concat(this.#bytes, chunk);
    if (!this.#decoder && this.#bytes.length < MARK_LENGTH) return { lines: [] };
    this.#start();
    return this.#take(this.#wholeLength(this.#bytes));
  }

  end(): Decoded {
    this.#start();
    const { lines, error } = this.#take(this.#bytes.length);
    return { lines: error || this.#open === "" ? lines : [...lines, this.#open], error };
  }

  #start(): void {
    if (this.#decoder) return;
    refuseOtherKinds(this.#action, this.#bytes);
    const { name, markLength, wholeLength } = findEncoding(this.#bytes, this.#asked);
    this.#decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true });
    this.#wholeLength = wholeLength;
    this.#offset = markLength;
    this.#bytes = this.#bytes.subarray(markLength);
  }

  #take(length: number): Decoded {
    const part = this.#bytes.subarray(0, length);
    let text: string;
    try {
      text = lineEndsToLF(this.#decoder!.decode(part));
    } catch {
      const place = { offset: this.#offset, lines: this.#lineEnds };
      const { before, error } = invalidBytes(this.#action, this.#decoder!.encoding, part, place);
      return { ...this.#linesOf(before), error };
    }
    this.#bytes = this.#bytes.subarray(length);
    this.#offset += length;
    return this.#linesOf(text);
  }

  #linesOf(text: string): Decoded {
    this.#lineEnds += countLineEnds(text);
    const lines = text.split("\n");
    // Strings are joined without being copied, so that a long line does not take quadratic time.
    lines[0] = this.#open + lines[0];
    this.#open = lines.pop()!;
    if (this.#open.length <= MAX_LINE) return { lines };
    const place = `line ${this.#lineEnds + 1}`;
    const expected = `${this.#action}: expected at most ${MAX_LINE.toLocaleString("en")} characters in ${place}`;
    return { lines, error: new InputRangeError(`${expected}, found more`) };
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
