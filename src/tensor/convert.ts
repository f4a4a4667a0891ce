import type { Address, Engine } from "../engine/mod.ts";

/** Copies floats to bfloat16 numbers in the step's memory. */
export function convert(engine: Engine, count: number, from: Address): Address {
  const to = engine.arena.allocate(count * 2);
  engine.run("to_half", count, from, to);
  return to;
}
