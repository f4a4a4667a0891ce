import { assertEquals, assertThrows } from "@std/assert";
import {
  add,
  affine,
  gather,
  inference,
  LSTM,
  mean,
  mul,
  penalizeActivations,
  penalizeChanges,
  Random,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";

const [T, B, H] = [4, 3, 5];
/** The second stream ends after two steps, the third after three. */
const TARGETS = Int32Array.of(1, 2, 0, 3, 1, 4, 1, -1, 2, 0, -1, -1);

const meanSquare = (x: Tensor): Tensor => mean(mul(x, x));

/**
 * Gradients of an LSTM's parameters and input if `penalize` returns what is added to the loss, or adds its gradient.
 */
function gradients(penalize: (output: Tensor) => Tensor | void): { loss: number; all: Float32Array[] } {
  const lstm = new LSTM({ input: 2, hidden: H, random: new Random(1) });
  return training(() => {
    const x = tensor(new Random(2).normal(T * B * 2), [T, B, 2], { requiresGradient: true });
    const { output } = lstm.forward(x);
    const penalty = penalize(output);
    const loss = sum(output);
    (penalty ? add(loss, penalty) : loss).backward();
    return { loss: loss.item(), all: [x, ...lstm.parameters()].map((of) => of.gradients()) };
  });
}

function assertSame(penalize: (output: Tensor) => void, expected: (output: Tensor) => Tensor): void {
  const [found, composed] = [gradients(penalize), gradients(expected)];
  assertEquals(found.loss, composed.loss, "the loss does not include the penalty");
  for (const [i, own] of found.all.entries()) assertAllClose(own, composed.all[i], { tolerance: 1e-5, name: `${i}` });
}

/** Rows of x [T, B, H] by their indexes. */
const rows = (x: Tensor, index: number[]): Tensor => gather(reshape(x, [T * B, H]), Int32Array.from(index));

Deno.test("activation regularization adds the gradient of the mean square, as if it were part of the loss", () => {
  assertSame((output) => penalizeActivations(output, 3), (output) => affine(meanSquare(output), 3));
});

Deno.test("temporal activation regularization adds the gradient of the mean square of the changes", () => {
  assertSame(
    (output) => penalizeChanges(output, 3),
    (output) => affine(meanSquare(sub(slice(output, 0, 1, T), slice(output, 0, 0, T - 1))), 3),
  );
});

Deno.test("both penalties leave out steps without a target", () => {
  const counted = [0, 1, 2, 3, 4, 5, 6, 8, 9];
  assertSame(
    (output) => penalizeActivations(output, 3, TARGETS),
    (output) => affine(meanSquare(rows(output, counted)), 3),
  );
  const after = counted.filter((row) => row >= B);
  assertSame(
    (output) => penalizeChanges(output, 3, TARGETS),
    (output) => affine(meanSquare(sub(rows(output, after), rows(output, after.map((row) => row - B)))), 3),
  );
});

Deno.test("penalties of 0, of a single step, without targets and in inference change nothing", () => {
  const plain = gradients(() => {});
  const none = gradients((output) => {
    penalizeActivations(output, 0);
    penalizeChanges(output, 0);
    penalizeActivations(output, 3, new Int32Array(T * B).fill(-1));
  });
  assertEquals(none, plain);
  training(() => {
    const x = tensor([1, 2], [1, 1, 2], { requiresGradient: true });
    penalizeChanges(x, 3);
    sum(x).backward();
    assertEquals([...x.gradients()], [1, 1]);
  });
  inference(() => penalizeActivations(tensor([1]), 3));
});

Deno.test("penalties refuse factors below 0, other numbers of targets, and states of another rank", () => {
  inference(() => {
    const x = tensor(new Float32Array(T * B * H), [T, B, H]);
    assertThrows(() => penalizeActivations(x, -1), RangeError, "expected a factor of at least 0, found -1");
    assertThrows(() => penalizeActivations(x, NaN), RangeError, "found NaN");
    assertThrows(() => penalizeChanges(x, 1, new Int32Array(3)), RangeError, "expected 12 targets, found 3");
    assertThrows(() => penalizeChanges(reshape(x, [12, 5]), 1), RangeError, "expected states [T, B, H], found [12, 5]");
  });
});
