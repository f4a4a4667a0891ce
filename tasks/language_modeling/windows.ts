import { blockAt, hasPosition, type IdBlock, type TokenIds } from "./token_ids.ts";

/** One window of a batch of streams: T time steps of B streams, time-major. */
export interface Window {
  /** Time steps. */
  readonly T: number;
  /** The ids [T, B]. */
  readonly inputs: Int32Array;
  /** The ids that follow the inputs [T, B]; -1 where a stream has none. */
  readonly targets: Int32Array;
  /** Number of targets that are not -1. */
  readonly tokens: number;
  /** Number of such targets of all streams, of which the window may have some only. */
  readonly allTokens: number;
  /** The streams that begin a text with this window, and so with a zero state. */
  readonly begins: readonly number[];
}

/** The streams of a window: the first, and that behind the last. */
export type Columns = readonly [first: number, end: number];

/** Ids that are read as B streams side by side, window by window, for truncated backpropagation through time. */
export interface TokenStreams {
  /** Number of streams B. */
  readonly batch: number;
  /** Number of time steps T in a window: the maximum, or what they vary around. */
  readonly bptt: number;
  /** Number of windows in an epoch. */
  readonly windows: number;
  /** Index of the longest window of the first epoch. Default: 0. */
  readonly longest?: number;
  /** Number of tokens predicted in an epoch. */
  readonly tokens: number;
  /** Reads a window of an epoch; both count from 0. Default of the epoch: 0; of the columns: all streams. */
  window(index: number, epoch?: number, columns?: Columns): Promise<Window>;
}

/** The ids that a stream reads in a window. */
export interface Reading {
  /** Position of the first input. */
  readonly from: number;
  /** Number of inputs; 0 or less if the stream has ended. */
  readonly count: number;
  /** Whether a text begins here. */
  readonly begins: boolean;
}

/** Reads the ids of windows. Keeps the block that each stream is reading, so that only these are in memory. */
export class WindowReader {
  #ids: TokenIds;
  #batch: number;
  #blocks: (IdBlock | undefined)[];

  constructor(ids: TokenIds, batch: number) {
    this.#ids = ids;
    this.#batch = batch;
    this.#blocks = Array.from({ length: batch });
  }

  /** Reads a window of T steps of some streams; `readingOf` says what stream b reads. Default: all streams. */
  async read(
    T: number,
    readingOf: (b: number) => Reading,
    [first, end]: Columns = [0, this.#batch],
  ): Promise<Window> {
    const batch = end - first;
    const inputs = new Int32Array(T * batch);
    const targets = new Int32Array(T * batch).fill(-1);
    const begins: number[] = [];
    let [tokens, allTokens] = [0, 0];
    for (let b = 0; b < this.#batch; b++) {
      const { from, count, begins: isFirst } = readingOf(b);
      allTokens += Math.max(0, count);
      if (b < first || b >= end) continue;
      const column = b - first;
      if (isFirst) begins.push(column);
      for (let t = 0; t <= count && count > 0;) {
        const { start, ids } = this.#held(b, from + t) ?? await this.#load(b, from + t);
        for (const end = Math.min(count, start + ids.length - 1 - from); t <= end; t++) {
          const id = ids[from + t - start];
          if (t < count) inputs[t * batch + column] = id;
          if (t > 0) targets[(t - 1) * batch + column] = id;
        }
      }
      tokens += Math.max(0, count);
    }
    return { T, inputs, targets, tokens, allTokens, begins };
  }

  /** The block that a stream is reading, if it holds the position. */
  #held(b: number, position: number): IdBlock | undefined {
    const block = this.#blocks[b];
    return block && hasPosition(block, position) ? block : undefined;
  }

  async #load(b: number, position: number): Promise<IdBlock> {
    return this.#blocks[b] = await blockAt(this.#ids, position);
  }
}
