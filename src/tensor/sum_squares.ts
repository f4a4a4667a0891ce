import type { Address, Engine } from "../engine/mod.ts";
import type { Spans } from "./gradient.ts";

/** Floats per partial sum of the kernel. */
const PART = 4096;

/** Computes the sum of the squares of those of `size` floats that lie in spans, in double precision. */
export function sumSquares(engine: Engine, address: Address, size: number, spans: Spans): number {
  const parts = Math.ceil(size / PART);
  return engine.arena.lend(() => {
    const sums = engine.arena.allocate(parts * 8);
    const at = engine.placeIntegers(Int32Array.from(spans));
    engine.run("sum_squares", size, address, spans.length / 2, at, sums);
    return engine.doubles(sums, parts).reduce((sum, part) => sum + part, 0);
  });
}
