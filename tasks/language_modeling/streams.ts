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
  #ids: Int32Array;
  #starts: Int32Array;

  /** Throws a RangeError where the ids do not give every stream a token to predict. */
  constructor(ids: Int32Array, batch: number, bptt: number) {
    this.tokens = ids.length - 1;
    if (this.tokens < batch) {
      throw new RangeError(
        `divide a text into ${batch} streams: expected at least ${
          batch + 1
        } tokens, found ${ids.length}; a smaller batch needs fewer`,
      );
    }
    this.batch = batch;
    this.bptt = bptt;
    this.#ids = ids;
    this.#starts = Int32Array.from({ length: batch + 1 }, (_, b) => Math.floor(b * this.tokens / batch));
    this.windows = Math.ceil(Math.ceil(this.tokens / batch) / bptt);
  }

  /** The window of a number, from 0. */
  window(index: number): Window {
    const { batch, bptt } = this;
    const first = index * bptt;
    const T = Math.min(bptt, Math.ceil(this.tokens / batch) - first);
    const inputs = new Int32Array(T * batch);
    const targets = new Int32Array(T * batch).fill(-1);
    let tokens = 0;
    for (let b = 0; b < batch; b++) {
      const from = this.#starts[b] + first;
      const count = Math.min(T, this.#starts[b + 1] - from);
      for (let t = 0; t < count; t++) {
        inputs[t * batch + b] = this.#ids[from + t];
        targets[t * batch + b] = this.#ids[from + t + 1];
      }
      tokens += count;
    }
    return { T, inputs, targets, tokens };
  }
}
