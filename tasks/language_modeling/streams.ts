import { blockAt, hasPosition, type IdBlock, type TokenIds } from "./token_ids.ts";

/** One window of a batch of streams: T time steps of B streams, time-major. */
export interface Window {
  /** Time steps. */
  readonly T: number;
  /** The ids [T, B]. */
  readonly inputs: Int32Array;
  /** The ids that follow [T, B]; -1 where a stream has ended. */
  readonly targets: Int32Array;
  /** Targets that count. */
  readonly tokens: number;
}

/**
 * A text as B contiguous streams that are read side by side in windows of at most `bptt` steps: truncated back-propagation through
 * time. The streams differ by at most one token in length, and every token but the text's first is predicted once.
 */
export class Streams {
  /** Streams side by side. */
  readonly batch: number;
  /** Steps of a window. */
  readonly bptt: number;
  /** Windows in an epoch. */
  readonly windows: number;
  /** Tokens that are predicted in an epoch. */
  readonly tokens: number;
  #ids: TokenIds;
  /** What each stream reads at present, so that a long text is in memory only where it is being read. */
  #blocks: (IdBlock | undefined)[];
  #starts: Float64Array;

  /** Throws a RangeError where the ids do not give every stream a token to predict. */
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

  /** The window of a number, from 0. */
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

  /** The block that a stream reads, if the position is in it. */
  #held(b: number, position: number): IdBlock | undefined {
    const block = this.#blocks[b];
    return block && hasPosition(block, position) ? block : undefined;
  }

  async #load(b: number, position: number): Promise<IdBlock> {
    return this.#blocks[b] = await blockAt(this.#ids, position);
  }
}

/** Throws a RangeError where so many ids do not give every stream a token to predict. */
export function refuseIfTooShort(length: number, batch: number): void {
  if (length > batch) return;
  throw new RangeError(
    `divide a text into ${batch} streams: expected at least ${
      batch + 1
    } tokens, found ${length}; a smaller batch needs fewer`,
  );
}
