// Trains each kind of recurrent cell on the same task and prints a table: parameters, loss, speed.
// deno run examples/scripts/compare_cells.ts [CELL ...]

import { CharTokenizer, LanguageModel } from "@elman/elman";
import { type Cell, CELLS } from "@elman/elman/nn";

/** Strings in which the closing brackets must match the opening ones: (ab)[ba]... */
const TEXT = Array.from({ length: 300 }, (_, i) => {
  const word = "abcd".slice(i * 7 % 3, 2 + i * 5 % 3);
  return i % 3 === 0 ? `(${word})` : i % 3 === 1 ? `[${word}]` : `{${word}}`;
}).join("");

/** Trains one model for each cell. */
export async function main(cells: readonly string[] = []): Promise<void> {
  console.log("cell        parameters  loss  characters/s");
  for (const cell of cells.length > 0 ? cells as Cell[] : CELLS) {
    const model = LanguageModel.create({ tokenizer: CharTokenizer.train(TEXT), cell, embed: 16, hidden: 32 });
    const { seconds, steps } = await model.fit(TEXT, { epochs: 4, batch: 8, bptt: 32, learningRate: 0.01, seed: 1 });
    const { loss } = await model.evaluate(TEXT);
    const parameters = model.network.parameters().reduce((sum, { size }) => sum + size, 0);
    const figures = [String(parameters).padStart(10), loss.toFixed(2), Math.round(steps * 8 * 32 / seconds)];
    console.log(`${cell.padEnd(10)}  ${figures.join("  ")}`);
  }
}

if (import.meta.main) await main(Deno.args);
