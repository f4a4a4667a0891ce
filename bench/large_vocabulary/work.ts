/** The work that all peers of `bench:large-vocabulary` do. The Python program reads it by the same names. */

/** The output layers. */
export const OUTPUTS = ["exact", "adaptive", "sampled"] as const;

/** Training a language model for some seconds. */
export interface Work {
  /** Vocabulary size V. */
  readonly vocabulary: number;
  /** The output layer; "sampled" is the exact one, trained on samples of the words. */
  readonly output: typeof OUTPUTS[number];
  /** Cutoffs of the adaptive output layer. */
  readonly cutoffs: readonly number[];
  /** Mean number of random words in a sample. */
  readonly samples: number;
  /** Training time. */
  readonly seconds: number;
  /** File with the ids, of 4 bytes each: the training streams one after the other, then those that are held out. */
  readonly ids: string;
  /** Number of streams B. */
  readonly batch: number;
  /** Time steps of a window. */
  readonly bptt: number;
  /** Number of windows of a training stream, after which the streams begin again. */
  readonly windows: number;
  /** Number of windows of a stream that is held out. */
  readonly held: number;
  /** Embedding size and hidden size. */
  readonly width: number;
  /** Number of LSTM layers. */
  readonly layers: number;
  /** Learning rate of Adam. */
  readonly learningRate: number;
}

/** The report of a peer. */
export interface Measurement {
  /** Training speed, from the first step to the last. */
  readonly tokensPerSecond: number;
  /** Peak memory of the process after training; null if the system does not report it. */
  readonly peakBytes: number | null;
  /** Mean loss of the streams that are held out, in nats per token. */
  readonly loss: number;
  /** Number of training steps. */
  readonly steps: number;
}

/** Returns the length of a stream of windows: one token more than their inputs. */
export function streamLength(windows: number, { bptt }: Work): number {
  return windows * bptt + 1;
}
