import { assertAllClose } from "../support/close.ts";
import { assertEquals } from "@std/assert";
import { Engine } from "../../src/nn/mod.ts";
import { train, wideLstm } from "../support/recurrent_training.ts";

const PRECISIONS = [["float32", 1e-4], ["bf16", 1e-2]] as const;

/** Returns an engine whose library packs weights, or undefined if there is none. */
async function start(threads: number, precision: "float32" | "bf16"): Promise<Engine | undefined> {
  try {
    const engine = new Engine({ blas: "auto", precision, threads });
    await engine.ready();
    return engine.blas?.packs ? engine : undefined;
  } catch {
    return undefined;
  }
}

/** Counts the calls of a kernel while `body` runs. */
function countCalls(engine: Engine, kernel: string, body: () => void): number {
  const watched = engine as { run(name: string, ...operands: unknown[]): void };
  const run = watched.run;
  let calls = 0;
  watched.run = (name, ...operands) => {
    if (name === kernel) calls++;
    run.call(engine, name, ...operands);
  };
  body();
  watched.run = run;
  return calls;
}

for (const [precision, tolerance] of PRECISIONS) {
  using found = await start(1, precision);
  if (!found) console.log(`loops by columns in ${precision}: not tested: no library that packs weights`);
  Deno.test({
    name: `an LSTM with weights beyond a core's cache trains by columns with several threads, in ${precision}`,
    ignore: !found,
    fn: async () => {
      const expected = train(new Engine(), wideLstm, 2);
      for (const threads of [1, 2, 3]) {
        using engine = (await start(threads, precision))!;
        let results: number[] = [];
        const calls = countCalls(engine, "lstm_forward_by_columns", () => results = train(engine, wideLstm, 2));
        // Two directions in two steps and in inference.
        assertEquals(calls, threads === 1 ? 0 : 6);
        assertAllClose(results, expected, { tolerance, name: `${threads} threads` });
      }
    },
  });
}
