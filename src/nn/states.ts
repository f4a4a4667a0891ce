import type { Tensor } from "../tensor/mod.ts";

/** Recurrent states after a step, for D = 1 or 2 directions. */
export interface RecurrentState {
  /** Hidden states `[layers D, B, P]`. */
  readonly h: Tensor;
  /** Cell states `[layers D, B, H]`, for an LSTM. */
  readonly c?: Tensor;
}

/** States by name, each of shape `[..., B, width]`. */
export type StateTensors<S> = { readonly [K in keyof S]: Tensor | undefined };

/** Shape of each state; B is the second to last dimension. */
export type StateShapes<S = RecurrentState> = { readonly [K in keyof S]: readonly number[] };

/** Values of each state, row-major. */
export type StateArrays<S = RecurrentState> = { readonly [K in keyof S]: Float32Array };
