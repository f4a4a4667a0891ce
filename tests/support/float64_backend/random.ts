import { philoxUniform } from "../philox.ts";
import type { Operands } from "./numbers.ts";

type Stream = [seedLow: number, seedHigh: number, stream: number, step: number];

function draw(count: number, [seedLow, seedHigh, stream, step]: Stream): Float32Array {
  return philoxUniform(count, { seedLow, seedHigh, stream, step });
}

export function random_uniform(...[n, x, ...stream]: Operands<"random_uniform">): void {
  x.set(draw(n, stream));
}

export function dropout(...[repeats, period, rate, x, y, accumulate, ...stream]: Operands<"dropout">): void {
  const mask = Float64Array.from(draw(period, stream), (u) => u >= rate ? 1 / (1 - rate) : 0);
  for (let i = 0; i < repeats * period; i++) y[i] = (accumulate ? y[i] : 0) + x[i] * mask[i % period];
}
