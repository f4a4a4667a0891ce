import { logistic } from "../oracles/elementwise.ts";
import type { Operands } from "./numbers.ts";
import { multiplyPacked } from "./products.ts";
import { stepsOf } from "./sequence.ts";

/** Returns where the three gates of unit `i` of a step stand in its rows of 3 H. */
function gateIndexes(i: number, H: number): [r: number, z: number, n: number] {
  const first = Math.floor(i / H) * 3 * H + i % H;
  return [first, first + H, first + 2 * H];
}

export function cho_gru_reset(...[rows, H, gates, bias, previous, rh]: Operands<"cho_gru_reset">): void {
  for (let i = 0; i < rows * H; i++) {
    const [r, z] = gateIndexes(i, H);
    gates[r] = logistic(gates[r] + bias[i % H]);
    gates[z] = logistic(gates[z] + bias[H + i % H]);
    rh[i] = gates[r] * previous[i];
  }
}

export function cho_gru_update(...[rows, H, gates, bias, previous, h]: Operands<"cho_gru_update">): void {
  for (let i = 0; i < rows * H; i++) {
    const [, z, n] = gateIndexes(i, H);
    gates[n] = Math.tanh(gates[n] + bias[2 * H + i % H]);
    h[i] = gates[n] + gates[z] * (previous[i] - gates[n]);
  }
}

export function cho_gru_forward(
  ...[steps, sizes, H, gates, rh, h, h0, bias, packedRZ, packedN]: Operands<"cho_gru_forward">
): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [g, reset, previous] = [take.now(gates, 3 * H), take.now(rh, H), take.previous(h, h0, H)!];
    multiplyPacked(rows, 2 * H, H, { at: previous, pitch: H }, packedRZ, { at: g, pitch: 3 * H }, true);
    cho_gru_reset(rows, H, g, bias, previous, reset);
    multiplyPacked(rows, H, H, { at: reset, pitch: H }, packedN, { at: g.subarray(2 * H), pitch: 3 * H }, true);
    cho_gru_update(rows, H, g, bias, previous, take.now(h, H));
  }
}

export function cho_gru_backward(
  ...[steps, sizes, H, gates, h, h0, dOutput, dh, initial, packedRZ, packedN]: Operands<"cho_gru_backward">
): void {
  for (const { t, rows, take } of stepsOf(steps, sizes).toReversed()) {
    const [g, previous] = [take.now(gates, 3 * H), take.previous(h, h0, H)!];
    const dStep = dOutput && take.now(dOutput, H);
    for (let i = 0; i < rows * H; i++) {
      const [, z, n] = gateIndexes(i, H);
      const [d, share, candidate] = [dh[i] + (dStep?.[i] ?? 0), g[z], g[n]];
      g[z] = d * (previous[i] - candidate) * share * (1 - share);
      g[n] = d * (1 - share) * (1 - candidate * candidate);
      dh[i] = d * share;
    }
    const drh = new Float64Array(rows * H);
    multiplyPacked(rows, H, H, { at: g.subarray(2 * H), pitch: 3 * H }, packedN, { at: drh, pitch: H }, false);
    for (let i = 0; i < rows * H; i++) {
      const [at] = gateIndexes(i, H);
      const r = g[at];
      g[at] = drh[i] * previous[i] * r * (1 - r);
      dh[i] += drh[i] * r;
    }
    if (t === 0 && !initial) return;
    multiplyPacked(rows, H, 2 * H, { at: g, pitch: 3 * H }, packedRZ, { at: dh, pitch: H }, true);
  }
}
