import { USUAL_ROUNDS } from "../../src/nn/mogrifier_layer.ts";
import { type Field, integer } from "../../src/schema/mod.ts";

/** The number of rounds of a Mogrifier LSTM, which other cells do not have. */
export const MOGRIFIER_ROUNDS: Field<number> = integer({
  group: "model",
  min: 1,
  default: USUAL_ROUNDS,
  former: USUAL_ROUNDS,
  onlyWith: { field: "cell", values: ["mogrifier"] },
  help: "Number of rounds in which the input and the state of a Mogrifier LSTM scale each other.",
});
