import { ChoGRU } from "./cho_gru_layer.ts";
import { GRU } from "./gru_layer.ts";
import { MinGRU, QRNN, SRU } from "./linear_recurrent.ts";
import { LSTM } from "./lstm_layer.ts";
import { MogrifierLSTM, type MogrifierOptions } from "./mogrifier_layer.ts";
import type { Recurrent } from "./recurrent.ts";
import type { RecurrentOptions } from "./recurrent_options.ts";
import { RNN } from "./rnn_layer.ts";

/** The layer class of each cell. To add a cell, add a line here and its name to `CELLS`. */
const LAYERS: { readonly [K in Cell]: new (options: RecurrentOptions) => Recurrent } = {
  rnn: RNN,
  lstm: LSTM,
  gru: GRU,
  qrnn: QRNN,
  sru: SRU,
  mingru: MinGRU,
  mogrifier: MogrifierLSTM,
  chogru: ChoGRU,
};

/**
 * The names of the recurrent cells.
 *
 * @example
 * ```ts
 * import { CELLS, makeRecurrent, MOST_LAYERS, type Recurrent } from "@elman/elman/nn";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const layers = 2;
 * assert(layers <= MOST_LAYERS);
 * const networks: Recurrent[] = CELLS.map((cell) => makeRecurrent(cell, { input: 4, hidden: 8, layers }));
 * assertEquals(networks.map(({ hasCells }) => hasCells), [false, true, false, false, false, false, true, false]);
 * ```
 */
export const CELLS = ["rnn", "lstm", "gru", "qrnn", "sru", "mingru", "mogrifier", "chogru"] as const;

/**
 * A recurrent cell: Elman's simple network, long short-term memory, the gated recurrent unit; one that trains faster
 * because it has no recurrent matrix product: the quasi-recurrent network, the simple recurrent unit, minGRU;
 * Mogrifier LSTM; or the gated recurrent unit with its reset gate before the recurrent product.
 */
export type Cell = typeof CELLS[number];

/** The cells without a recurrent matrix product. */
const LIGHT: readonly Cell[] = ["qrnn", "sru", "mingru"];

/** The cells with recurrent weights, which weight dropout drops. */
export const CELLS_WITH_RECURRENT_WEIGHTS: readonly Cell[] = CELLS.filter((cell) => !LIGHT.includes(cell));

/** The sentence that describes the option of a cell. */
export const CELL_HELP = "Recurrent cell; qrnn, sru and mingru train faster, having no recurrent matrix product; " +
  "mogrifier is an LSTM whose input and state gate each other; chogru is a GRU with the reset gate before the product.";

/** Makes a stack of recurrent layers of the given cell. Only a Mogrifier LSTM has `rounds`. */
export function makeRecurrent(cell: Cell, options: MogrifierOptions): Recurrent {
  const { rounds, ...shared } = options;
  return cell === "mogrifier" ? new MogrifierLSTM({ ...shared, rounds }) : new LAYERS[cell](shared);
}
