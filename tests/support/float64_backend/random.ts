import { philoxHalves, philoxUniform } from "../philox.ts";
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

export function drop_weights(...[n, rate, x, y, accumulate, ...stream]: Operands<"drop_weights">): void {
  const [seedLow, seedHigh, of, step] = stream;
  const drawn = philoxHalves(n, { seedLow, seedHigh, stream: of, step });
  const least = Math.min(65535, Math.floor(rate * 65536 + 0.5));
  for (let i = 0; i < n; i++) y[i] = (accumulate ? y[i] : 0) + (drawn[i] >= least ? x[i] / (1 - rate) : 0);
}
