import type { Tensor } from "../tensor/mod.ts";

/**
 * Recurrent states after a step, for D = 1 or 2 directions. Those of layers that differ in size stand side by side, as
 * `Recurrent.stateShapes` says.
 */
export interface RecurrentState {
  /** Hidden states `[layers D, B, P]`; of a QRNN or an SRU the cells c_t, as the outputs are not read again. */
  readonly h: Tensor;
  /** Cell states `[layers D, B, H]`, for an LSTM. */
  readonly c?: Tensor;
  /** Inputs of the step `[D, B, I]`, for a QRNN. Default: zeros. */
  readonly x?: Tensor;
}

/** Options of `Recurrent.forward`. */
export interface SequenceOptions {
  /** Length of each sequence, from 1 to T; the steps beyond it are padding and are ignored. Default: T for all. */
  readonly lengths?: ArrayLike<number>;
  /** Initial states. Default: zeros. */
  readonly state?: RecurrentState;
}

/** The result of `Recurrent.forward` and `Recurrent.step`. */
export interface SequenceResult {
  /** Outputs of the last layer `[T, B, D P]`, zero beyond a sequence's length; `[B, P]` from `step`. */
  readonly output: Tensor;
  /** States after the last step of each sequence. */
  readonly state: RecurrentState;
  /** Every layer's output at the last step of each sequence `[layers D, B, P]`: the hidden states of most cells. */
  readonly last: Tensor;
}

/** States by name, each of shape `[..., B, width]`. */
export type StateTensors<S> = { readonly [K in keyof S]: Tensor | undefined };

/** Shape of each state; B is the second to last dimension. */
export type StateShapes<S = RecurrentState> = { readonly [K in keyof S]: readonly number[] };

/** Values of each state, row-major. */
export type StateArrays<S = RecurrentState> = { readonly [K in keyof S]: Float32Array };
