import { logistic } from "../oracles/elementwise.ts";
import type { Operands } from "./numbers.ts";
import { multiplyPacked } from "./products.ts";
import { stepsOf } from "./sequence.ts";

/** Returns where the three gates of unit `i` of a step stand in its rows of 3 H. */
function gateIndexes(i: number, H: number): [r: number, z: number, n: number] {
  const first = Math.floor(i / H) * 3 * H + i % H;
  return [first, first + H, first + 2 * H];
}

export function gru_forward(
  ...[steps, sizes, H, gates, hn, h, h0, bias, biasHN, packedRZ, packedN]: Operands<"gru_forward">
): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [g, own, previous] = [take.now(gates, 3 * H), take.now(hn, H), take.previous(h, h0, H)];
    if (previous && packedRZ && packedN) {
      const from = { at: previous, pitch: H };
      multiplyPacked(rows, 2 * H, H, from, packedRZ, { at: g, pitch: 3 * H }, true);
      multiplyPacked(rows, H, H, from, packedN, { at: own, pitch: H }, false);
    }
    const states = take.now(h, H);
    for (let i = 0; i < rows * H; i++) {
      const j = i % H;
      const [r, z, n] = gateIndexes(i, H);
      g[r] = logistic(g[r] + bias[j]);
      g[z] = logistic(g[z] + bias[H + j]);
      own[i] = (previous ? own[i] : 0) + biasHN[j];
      g[n] = Math.tanh(g[n] + bias[2 * H + j] + g[r] * own[i]);
      states[i] = g[n] + g[z] * ((previous?.[i] ?? 0) - g[n]);
    }
  }
}

export function gru_backward(
  ...[steps, sizes, H, gates, hn, h, h0, dOutput, dh, initial, packedRZ, packedN]: Operands<"gru_backward">
): void {
  for (const { t, rows, take } of stepsOf(steps, sizes).toReversed()) {
    const [g, own, previous] = [take.now(gates, 3 * H), take.now(hn, H), take.previous(h, h0, H)];
    const dStep = dOutput && take.now(dOutput, H);
    for (let i = 0; i < rows * H; i++) {
      const at = gateIndexes(i, H);
      const [r, z, n] = at.map((index) => g[index]);
      const d = dh[i] + (dStep?.[i] ?? 0);
      const dn = d * (1 - z) * (1 - n * n);
      g[at[0]] = dn * own[i] * r * (1 - r);
      g[at[1]] = d * ((previous?.[i] ?? 0) - n) * z * (1 - z);
      g[at[2]] = dn;
      own[i] = dn * r;
      dh[i] = d * z;
    }
    if (t === 0 && !initial) return;
    const to = { at: dh, pitch: H };
    multiplyPacked(rows, H, 2 * H, { at: g, pitch: 3 * H }, packedRZ, to, true);
    multiplyPacked(rows, H, H, { at: own, pitch: H }, packedN, to, true);
  }
}
