import { assertEquals } from "@std/assert";
import { type Address, Engine, RepeatedStep } from "../../src/engine/mod.ts";

/**
 * Makes a step that looks up `values` in a table of the numbers 0 to 9, in the arena, and adds twice the result to
 * `total`.
 */
function doubling(engine: Engine, values: Int32Array, total: Address): { step: RepeatedStep; runs: () => number } {
  let runs = 0;
  const table = engine.allocate(40);
  engine.floats(table.address, 10).set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const step = new RepeatedStep(engine, () => {
    runs++;
    const mark = engine.arena.mark();
    // More than the first chunk, so that the arena's addresses change after the first run.
    engine.arena.allocate(1 << 20);
    const row = engine.arena.allocate(4);
    engine.run("gather_rows", 1, 1, engine.placeIntegers(values), table.address, row);
    engine.run("add_scaled", 1, 2, row, total);
    engine.arena.reset(mark);
  });
  return { step, runs: () => runs };
}

Deno.test("a repeated step runs its body twice, then replays the kernel calls with current integers", () => {
  const engine = new Engine();
  const total = engine.allocate(4);
  const values = new Int32Array(1);
  const { step, runs } = doubling(engine, values, total.address);
  let expected = 0;
  for (const value of [3, 1, 4, 1, 5, 9, 2, 6]) {
    values[0] = value;
    step.run();
    expected += 2 * value;
    assertEquals(engine.floats(total.address, 1)[0], expected);
  }
  assertEquals(runs(), 2);
  step.forget();
  for (let i = 0; i < 3; i++) step.run();
  assertEquals(runs(), 4);
});

Deno.test("repeated steps share an arena, stop allocating after the first run and leave the engine's own arena alone", () => {
  const engine = new Engine();
  const total = engine.allocate(4);
  const mark = engine.arena.mark();
  const values = Int32Array.of(1);
  const cycle = (): number[] => {
    const { step } = doubling(engine, values, total.address);
    const bytes: number[] = [];
    for (let i = 0; i < 6; i++) {
      step.run();
      bytes.push(engine.memory.bytes);
    }
    return bytes;
  };
  const first = cycle();
  assertEquals(new Set(first.slice(1)).size, 1);
  for (let i = 0; i < 5; i++) assertEquals(cycle().at(-1), first.at(-1));
  assertEquals(engine.arena.mark(), mark);
});

Deno.test("repeated steps that run in turns, and a larger one that moves their arena, do not disturb each other", () => {
  const engine = new Engine();
  const totals = [0, 1].map(() => engine.allocate(4).address);
  const values = [Int32Array.of(2), Int32Array.of(3)];
  const steps = totals.map((total, i) => doubling(engine, values[i], total));
  const large = new RepeatedStep(engine, () => {
    const mark = engine.arena.mark();
    for (let i = 0; i < 3; i++) {
      engine.run("fill", 1 << 20, NaN, engine.arena.allocate(4 << 20));
      // The memory behind the arena is taken, so it needs another chunk.
      engine.memory.allocate(64);
    }
    engine.arena.reset(mark);
  });
  for (let round = 1; round <= 8; round++) {
    for (const { step } of steps) step.run();
    if (round === 4 || round === 6) large.run();
    assertEquals(totals.map((total) => engine.floats(total, 1)[0]), [4 * round, 6 * round]);
  }
});
