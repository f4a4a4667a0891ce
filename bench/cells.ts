/**
 * Trains a language model with each cell, in turn, and prints the median speed as Markdown:
 *
 *     deno run --allow-ffi --allow-env=ELMAN_BLAS bench/cells.ts
 */
import { format, median, table } from "./support.ts";
import { CELLS, type EngineSettings, makeStep, startEngine } from "./training_step.ts";

const SIZES = { vocabulary: 65, embed: 64, hidden: 256, layers: 1, batch: 32, bptt: 64 };
const SETTINGS: Readonly<Record<string, EngineSettings>> = {
  "native": { threads: 2, blas: "auto" },
  "native, bf16": { threads: 2, blas: "auto", precision: "bf16" },
  "WebAssembly": { threads: 2, blas: "off" },
};
const ROUNDS = 25;
const cells = Object.keys(CELLS) as (keyof typeof CELLS)[];

/** Returns the median tokens per second of each cell. */
async function measure(settings: EngineSettings): Promise<number[]> {
  using engine = await startEngine(settings);
  const steps = cells.map((cell) => makeStep({ cell, ...SIZES }, engine));
  const times: number[][] = steps.map(() => []);
  for (let round = -3; round < ROUNDS; round++) {
    for (const [i, step] of steps.entries()) {
      const start = performance.now();
      step();
      if (round >= 0) times[i].push(performance.now() - start);
    }
  }
  return times.map((own) => 1000 * SIZES.batch * SIZES.bptt / median(own));
}

const speeds: number[][] = [];
for (const settings of Object.values(SETTINGS)) speeds.push(await measure(settings));
const rows = cells.map((cell, i) => [cell, ...speeds.map((own) => format(own[i]))]);
console.log(`Tokens per second, ${JSON.stringify(SIZES)}, two threads:\n`);
console.log(table(["cell", ...Object.keys(SETTINGS)], rows));
