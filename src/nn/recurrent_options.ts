import type { ModuleOptions } from "./module.ts";

/** Options of every recurrent cell. */
export interface RecurrentOptions extends ModuleOptions {
  /** Input size I. */
  readonly input: number;
  /** Hidden size H of all layers, or that of each layer. */
  readonly hidden: number | readonly number[];
  /** Number of stacked layers. Default: 1, or the number of hidden sizes. */
  readonly layers?: number;
  /** Whether to add layers that read the sequences in reverse, with outputs concatenated. Default: false. */
  readonly bidirectional?: boolean;
  /** Whether the layers have biases. Default: true. */
  readonly bias?: boolean;
  /** Dropout rate between layers. Default: 0. */
  readonly dropout?: number;
  /** Whether `dropout` uses the same mask at every time step. Default: false. */
  readonly lockedDropout?: boolean;
  /** Dropout rate of the recurrent weights, with one mask for all time steps (Merity et al. 2018). Default: 0. */
  readonly weightDropout?: number;
}

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
  /** Activation function. Default: "tanh". */
  readonly nonlinearity?: "tanh" | "relu";
}

/** Options of `LSTM`. */
export interface LSTMOptions extends RecurrentOptions {
  /** Size P of the projected hidden state, below H (Sak et al. 2014). Default: no projection. */
  readonly projection?: number;
}

export const MAKE = "make a recurrent layer";
export const RECURRENT_KINDS = {
  input: "number",
  hidden: "number or list",
  layers: "number",
  bidirectional: "boolean",
  bias: "boolean",
  dropout: "number",
  lockedDropout: "boolean",
  weightDropout: "number",
} as const;
