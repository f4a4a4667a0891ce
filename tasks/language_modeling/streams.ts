import { blockAt, hasPosition, type IdBlock, type TokenIds } from "./token_ids.ts";

/** One window of a batch of streams: T time steps of B streams, time-major. */
export interface Window {
  /** Time steps. */
  readonly T: number;
  /** The ids [T, B]. */
  readonly inputs: Int32Array;
  /** The ids that follow the inputs [T, B]; -1 after the end of a stream. */
  readonly targets: Int32Array;
  /** Number of targets that are not -1. */
  readonly tokens: number;
}

/**
 * Divides a text into B contiguous streams, read side by side in windows of at most `bptt` steps, for truncated
 * backpropagation through time. The lengths of the streams differ by at most one token, and every token but the first
 * of the text is predicted once.
 */
export class Streams {
  /** Number of streams B. */
  readonly batch: number;
  /** Maximum number of time steps T in a window. */
  readonly bptt: number;
  /** Number of windows in an epoch. */
  readonly windows: number;
  /** Number of tokens predicted in an epoch. */
  readonly tokens: number;
  #ids: TokenIds;
  /** The block that each stream is reading, so that only these parts of a long text are in memory. */
  #blocks: (IdBlock | undefined)[];
  #starts: Float64Array;

  /** Throws `RangeError` if there are too few ids for every stream to have a token to predict. */
  constructor(ids: TokenIds, batch: number, bptt: number) {
    refuseIfTooShort(ids.length, batch);
    this.tokens = ids.length - 1;
    this.batch = batch;
    this.bptt = bptt;
    this.#ids = ids;
    this.#blocks = Array.from({ length: batch });
    this.#starts = Float64Array.from({ length: batch + 1 }, (_, b) => Math.floor(b * this.tokens / batch));
    this.windows = Math.ceil(Math.ceil(this.tokens / batch) / bptt);
  }

  /** Reads a window by its index, from 0. */
  async window(index: number): Promise<Window> {
    const { batch, bptt } = this;
    const first = index * bptt;
    const T = Math.min(bptt, Math.ceil(this.tokens / batch) - first);
    const inputs = new Int32Array(T * batch);
    const targets = new Int32Array(T * batch).fill(-1);
    let tokens = 0;
    for (let b = 0; b < batch; b++) {
      const from = this.#starts[b] + first;
      const count = Math.min(T, this.#starts[b + 1] - from);
      for (let t = 0; t <= count;) {
        const { start, ids } = this.#held(b, from + t) ?? await this.#load(b, from + t);
        for (const end = Math.min(count, start + ids.length - 1 - from); t <= end; t++) {
          const id = ids[from + t - start];
          if (t < count) inputs[t * batch + b] = id;
          if (t > 0) targets[(t - 1) * batch + b] = id;
        }
      }
      tokens += count;
    }
    return { T, inputs, targets, tokens };
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

/** Throws `RangeError` if `length` ids are too few for every stream to have a token to predict. */
export function refuseIfTooShort(length: number, batch: number): void {
  if (length > batch) return;
  throw new RangeError(
    `divide a text into ${batch} streams: expected at least ${
      batch + 1
    } tokens, found ${length}; a smaller batch needs fewer`,
  );
}
