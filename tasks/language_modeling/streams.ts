import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import type { TokenIds } from "./token_ids.ts";
import { WindowBorders, type WindowVariation } from "./window_borders.ts";
import { type Columns, type TokenStreams, type Window, WindowReader } from "./windows.ts";

/**
 * Divides a text into B contiguous streams, read side by side in windows of at most `bptt` steps, for truncated
 * backpropagation through time. The lengths of the streams differ by at most one token, and every token but the first
 * of the text is predicted once.
 */
export class Streams implements TokenStreams {
  readonly batch: number;
  readonly bptt: number;
  readonly windows: number;
  readonly tokens: number;
  #reader: WindowReader;
  #starts: Float64Array;
  #borders: WindowBorders;

  /** Throws `RangeError` if there are too few ids for every stream to have a token to predict. */
  constructor(ids: TokenIds, batch: number, bptt: number, variation: WindowVariation = { deviation: 0, seed: 0 }) {
    refuseIfTooShort(ids.length, batch);
    this.tokens = ids.length - 1;
    this.batch = batch;
    this.bptt = bptt;
    this.#reader = new WindowReader(ids, batch);
    this.#starts = Float64Array.from({ length: batch + 1 }, (_, b) => Math.floor(b * this.tokens / batch));
    this.#borders = new WindowBorders(Math.ceil(this.tokens / batch), bptt, variation);
    this.windows = this.#borders.count;
  }

  /** Index of the longest window of the first epoch. */
  get longest(): number {
    const lengths = Array.from({ length: this.windows }, (_, index) => {
      const [first, end] = this.#borders.window(index, 0);
      return end - first;
    });
    return lengths.reduce((longest, length, i) => length > lengths[longest] ? i : longest, 0);
  }

  async window(index: number, epoch = 0, columns?: Columns): Promise<Window> {
    const [first, end] = this.#borders.window(index, epoch);
    const T = end - first;
    return await this.#reader.read(T, (b) => {
      const from = this.#starts[b] + first;
      return { from, count: Math.min(T, this.#starts[b + 1] - from), begins: index === 0 };
    }, columns);
  }
}

/** Throws `RangeError` if `length` ids are too few for every stream to have a token to predict. */
function refuseIfTooShort(length: number, batch: number): void {
  if (length > batch) return;
  throw new InputRangeError(
    `divide a text into ${count(batch, "stream")}: expected at least ${count(batch + 1, "token")}, ` +
      `found ${length.toLocaleString("en")}; take a smaller batch or fewer streams`,
  );
}
