import { GRU, LSTM, type Recurrent, type RecurrentOptions, RNN } from "./recurrent.ts";

/** The recurrent cells by name: a new cell is one more line here. */
const LAYERS: { readonly [K in Cell]: new (options: RecurrentOptions) => Recurrent } = {
  rnn: RNN,
  lstm: LSTM,
  gru: GRU,
};

/** The names of the recurrent cells. */
export const CELLS = ["rnn", "lstm", "gru"] as const;

/** Most layers of a model: to build more, and be told that they do not fit into the memory, would take minutes. */
export const MOST_LAYERS = 1000;

/** A recurrent cell: Elman's simple network, long short-term memory, or the gated recurrent unit. */
export type Cell = typeof CELLS[number];

/** Makes the recurrent layers of a cell. */
export function makeRecurrent(cell: Cell, options: RecurrentOptions): Recurrent {
  return new LAYERS[cell](options);
}
