import { logistic } from "../oracles/elementwise.ts";
import { deriveGates, lstm_forward } from "./lstm.ts";
import type { Numbers, Operands } from "./numbers.ts";
import { multiplyPacked } from "./products.ts";
import { type Step, stepsOf } from "./sequence.ts";

export function mogrify(...[n, s, from, to]: Operands<"mogrify">): void {
  for (let i = 0; i < n; i++) {
    s[i] = logistic(s[i]);
    to[i] = 2 * s[i] * from[i];
  }
}

export function mogrifier_forward(
  ...[
    steps,
    sizes,
    E,
    H,
    rounds,
    x,
    xs,
    hs,
    scalesX,
    scalesH,
    gates,
    h,
    c,
    tanhC,
    h0,
    c0,
    bias,
    packedIH,
    packedHH,
    packedQ,
    sizeQ,
    packedR,
    sizeR,
  ]: Operands<"mogrifier_forward">
): void {
  const N = totalRows(steps, sizes);
  for (const { t, rows, take } of stepsOf(steps, sizes)) {
    const now = roundsOf(take, N, { E, H });
    let [nowX, nowH] = [take.now(x, E), now.h(hs, 0)];
    nowH.set(take.previous(h, h0, H)!.subarray(0, rows * H));
    for (let i = 0; i < rounds; i++) {
      const index = Math.floor(i / 2);
      if (i % 2 === 0) {
        const [s, to] = [now.x(scalesX, index), now.x(xs, index)];
        const packed = packedQ.subarray(index * sizeQ);
        multiplyPacked(rows, E, H, { at: nowH, pitch: H }, packed, { at: s, pitch: E }, false);
        mogrify(rows * E, s, nowX, to);
        nowX = to;
      } else {
        const [s, to] = [now.h(scalesH, index), now.h(hs, index + 1)];
        const packed = packedR.subarray(index * sizeR);
        multiplyPacked(rows, H, E, { at: nowX, pitch: E }, packed, { at: s, pitch: H }, false);
        mogrify(rows * H, s, nowH, to);
        nowH = to;
      }
    }
    const [g, out] = [take.now(gates, 4 * H), take.now(h, H)];
    multiplyPacked(rows, 4 * H, E, { at: nowX, pitch: E }, packedIH, { at: g, pitch: 4 * H }, false);
    multiplyPacked(rows, 4 * H, H, { at: nowH, pitch: H }, packedHH, { at: g, pitch: 4 * H }, true);
    const [cells, squashed, before] = [take.now(c, H), take.now(tanhC, H), take.previous(c, c0, H)];
    const none = [undefined, undefined, undefined, undefined] as const;
    lstm_forward(1, sizes.subarray(t), H, H, g, out, cells, squashed, out, undefined, before, bias, ...none);
  }
}

export function mogrifier_backward(
  ...[
    steps,
    sizes,
    E,
    H,
    rounds,
    xs,
    hs,
    scalesX,
    scalesH,
    gates,
    c,
    tanhC,
    c0,
    dOutput,
    dh,
    dc,
    dx,
    packedIH,
    packedHH,
    packedQ,
    sizeQ,
    packedR,
    sizeR,
  ]: Operands<"mogrifier_backward">
): void {
  const N = totalRows(steps, sizes);
  for (const { rows, take } of stepsOf(steps, sizes).toReversed()) {
    const now = roundsOf(take, N, { E, H });
    const [d, g, dX] = [dOutput && take.now(dOutput, H), take.now(gates, 4 * H), take.now(dx, E)];
    for (let i = 0; d && i < rows * H; i++) dh[i] += d[i];
    deriveGates(rows, H, g, take.now(tanhC, H), take.previous(c, c0, H), dh, dc);
    multiplyPacked(rows, E, 4 * H, { at: g, pitch: 4 * H }, packedIH, { at: dX, pitch: E }, false);
    multiplyPacked(rows, H, 4 * H, { at: g, pitch: 4 * H }, packedHH, { at: dh, pitch: H }, false);
    for (let i = rounds - 1; i >= 0; i--) {
      const index = Math.floor(i / 2);
      if (i % 2 === 0) {
        const s = now.x(scalesX, index);
        unscale(rows * E, s, now.x(xs, index), dX);
        const packed = packedQ.subarray(index * sizeQ);
        multiplyPacked(rows, H, E, { at: s, pitch: E }, packed, { at: dh, pitch: H }, true);
      } else {
        const s = now.h(scalesH, index);
        unscale(rows * H, s, now.h(hs, index + 1), dh);
        const packed = packedR.subarray(index * sizeR);
        multiplyPacked(rows, E, H, { at: s, pitch: H }, packed, { at: dX, pitch: E }, true);
      }
    }
  }
}

function unscale(n: number, s: Numbers, y: Numbers, d: Numbers): void {
  for (let i = 0; i < n; i++) {
    const [share, slope] = [s[i], d[i]];
    s[i] = slope * y[i] * (1 - share);
    d[i] = 2 * share * slope;
  }
}

function totalRows(steps: number, sizes: Numbers): number {
  return sizes.subarray(0, steps).reduce((sum, size) => sum + size, 0);
}

type TakeRound = (all: Numbers, index: number) => Numbers;

/** Returns functions that take a step's rows of one round from arrays of all rounds. */
function roundsOf(
  { now }: Step["take"],
  N: number,
  { E, H }: { E: number; H: number },
): { readonly x: TakeRound; readonly h: TakeRound } {
  const take = (width: number): TakeRound => (all, index) => now(all.subarray(index * N * width), width);
  return { x: take(E), h: take(H) };
}
