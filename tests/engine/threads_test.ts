import { assert, assertEquals, assertThrows } from "@std/assert";
import { Engine, GRU, LSTM, MogrifierLSTM, RNN } from "../../src/nn/mod.ts";
import { startEngine, STEPS, trainCell } from "../runtimes/training.ts";

for (const Cell of [RNN, LSTM, GRU, MogrifierLSTM]) {
  Deno.test(`${STEPS} training steps of a ${Cell.name} with dropout give the same bits with 1, 2, 3 and 8 threads`, async () => {
    const expected = trainCell(new Engine(), Cell);
    for (const threads of [2, 3, 8]) {
      using engine = await startEngine(threads);
      assertEquals(trainCell(engine, Cell), expected, `${threads} threads`);
    }
  });
}

Deno.test("an engine continues on one thread after its workers have ended", async () => {
  const engine = await startEngine(2);
  engine[Symbol.dispose]();
  assertEquals(engine.threads, 1);
  assert(trainCell(engine, LSTM)[0].every(Number.isFinite));
});

Deno.test("an engine rejects an invalid number of threads", () => {
  for (const threads of [0, -1, 1.5, 65, NaN]) {
    assertThrows(() => new Engine({ threads }), RangeError, `expected 1 to 64 threads, found ${threads}`);
  }
});
