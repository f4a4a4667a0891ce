import { assert } from "@std/assert";
import { CELL_HELP, CELLS } from "../../src/nn/cells.ts";

Deno.test("the help of the option says what each cell is that is not in every textbook", () => {
  for (const cell of CELLS.filter((cell) => !["rnn", "lstm", "gru"].includes(cell))) {
    assert(CELL_HELP.includes(cell), cell);
  }
});
