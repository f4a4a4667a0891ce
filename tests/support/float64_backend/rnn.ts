import type { Operands } from "./numbers.ts";
import { multiplyPacked } from "./products.ts";
import { stepsOf } from "./sequence.ts";

export function rnn_forward(...[relu, steps, sizes, H, h, h0, bias, packedHH]: Operands<"rnn_forward">): void {
  for (const { rows, take } of stepsOf(steps, sizes)) {
    const [now, previous] = [take.now(h, H), take.previous(h, h0, H)];
    if (previous && packedHH) {
      multiplyPacked(rows, H, H, { at: previous, pitch: H }, packedHH, { at: now, pitch: H }, true);
    }
    for (let i = 0; i < rows * H; i++) {
      const x = now[i] + bias[i % H];
      now[i] = relu ? Math.max(x, 0) : Math.tanh(x);
    }
  }
}

export function rnn_backward(
  ...[relu, steps, sizes, H, h, dOutput, dh, dGates, initial, packedHH]: Operands<"rnn_backward">
): void {
  for (const { t, rows, take } of stepsOf(steps, sizes).toReversed()) {
    const [y, d, to] = [take.now(h, H), dOutput && take.now(dOutput, H), take.now(dGates, H)];
    for (let i = 0; i < rows * H; i++) {
      const slope = relu ? (y[i] > 0 ? 1 : 0) : 1 - y[i] * y[i];
      to[i] = (dh[i] + (d?.[i] ?? 0)) * slope;
    }
    if (t === 0 && !initial) return;
    multiplyPacked(rows, H, H, { at: to, pitch: H }, packedHH, { at: dh, pitch: H }, false);
  }
}
