import { logistic } from "../oracles/elementwise.ts";
import type { Numbers, Operands, OptionalNumbers } from "./numbers.ts";
import { multiplyPacked } from "./products.ts";
import { stepsOf } from "./sequence.ts";

export function lstm_forward(
  ...[steps, sizes, H, P, gates, h, c, tanhC, m, h0, c0, bias, packedHH, packedHR]: Operands<"lstm_forward">
): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [g, previousH] = [take.now(gates, 4 * H), take.previous(h, h0, P)];
    if (previousH && packedHH) {
      multiplyPacked(rows, 4 * H, P, { at: previousH, pitch: P }, packedHH, { at: g, pitch: 4 * H }, true);
    }
    const previousC = take.previous(c, c0, H);
    const [cells, squashed, out] = [take.now(c, H), take.now(tanhC, H), take.now(m, H)];
    for (let i = 0; i < rows * H; i++) {
      const j = i % H;
      const [ii, fi, gi, oi] = gateIndexes(i, H);
      g[ii] = logistic(g[ii] + bias[j]);
      g[fi] = logistic(g[fi] + bias[H + j]);
      g[gi] = Math.tanh(g[gi] + bias[2 * H + j]);
      g[oi] = logistic(g[oi] + bias[3 * H + j]);
      cells[i] = g[fi] * (previousC?.[i] ?? 0) + g[ii] * g[gi];
      squashed[i] = Math.tanh(cells[i]);
      out[i] = g[oi] * squashed[i];
    }
    if (packedHR) {
      multiplyPacked(rows, P, H, { at: out, pitch: H }, packedHR, { at: take.now(h, P), pitch: P }, false);
    }
  }
}

/** Returns where the four gates of unit `i` of a step stand in its rows of 4 H. */
function gateIndexes(i: number, H: number): [i: number, f: number, g: number, o: number] {
  const first = Math.floor(i / H) * 4 * H + i % H;
  return [first, first + H, first + 2 * H, first + 3 * H];
}

export function lstm_backward(
  ...[steps, sizes, H, P, gates, c, tanhC, c0, dOutput, dh, dc, dH, dm, initial, packedHH, packedHR]: Operands<
    "lstm_backward"
  >
): void {
  for (const { t, rows, take } of stepsOf(steps, sizes).toReversed()) {
    const d = dOutput && take.now(dOutput, P);
    for (let i = 0; d && i < rows * P; i++) dh[i] += d[i];
    if (packedHR) {
      take.now(dH!, P).set(dh.subarray(0, rows * P));
      multiplyPacked(rows, H, P, { at: dh, pitch: P }, packedHR, { at: dm!, pitch: H }, false);
    }
    const g = take.now(gates, 4 * H);
    deriveGates(rows, H, g, take.now(tanhC, H), take.previous(c, c0, H), packedHR ? dm! : dh, dc);
    if (t === 0 && !initial) return;
    multiplyPacked(rows, P, 4 * H, { at: g, pitch: 4 * H }, packedHH, { at: dh, pitch: P }, false);
  }
}

/** Replaces the gates of a step by the gradients of their pre-activations, and `dc` by that of the previous cells. */
export function deriveGates(
  rows: number,
  H: number,
  g: Numbers,
  squashed: Numbers,
  previousC: OptionalNumbers,
  dm: Numbers,
  dc: Numbers,
): void {
  for (let i = 0; i < rows * H; i++) {
    const at = gateIndexes(i, H);
    const [input, forget, candidate, output] = at.map((index) => g[index]);
    const dCell = dc[i] + dm[i] * output * (1 - squashed[i] ** 2);
    g[at[0]] = dCell * candidate * input * (1 - input);
    g[at[1]] = dCell * (previousC?.[i] ?? 0) * forget * (1 - forget);
    g[at[2]] = dCell * input * (1 - candidate ** 2);
    g[at[3]] = dm[i] * squashed[i] * output * (1 - output);
    dc[i] = dCell * forget;
  }
}
