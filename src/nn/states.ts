import type { Tensor } from "../tensor/mod.ts";

/** States between steps, for D = 1 or 2 directions. */
export interface RecurrentState {
  /** Hidden states [layers D, B, P]. */
  readonly h: Tensor;
  /** Cell states [layers D, B, H] of an LSTM. */
  readonly c?: Tensor;
}

/** States by name, each [..., B, width]. */
export type StateTensors<S> = { readonly [K in keyof S]: Tensor | undefined };

/** The shape of each state, B second to last. */
export type StateShapes<S = RecurrentState> = { readonly [K in keyof S]: readonly number[] };

/** States as plain numbers, row-major. */
export type StateArrays<S = RecurrentState> = { readonly [K in keyof S]: Float32Array };
