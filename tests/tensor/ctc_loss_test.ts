import { assertEquals, assertThrows } from "@std/assert";
import { ctcLoss, inference, sum, tensor, training } from "../../src/tensor/mod.ts";
import { type Accessor, checkOperation, engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

/** Returns all lists of `length` classes below `C`. */
function lists(length: number, C: number): number[][] {
  if (length === 0) return [[]];
  return lists(length - 1, C).flatMap((list) => Array.from({ length: C }, (_, c) => [...list, c]));
}

/** Merges repetitions, then drops blanks. */
function collapse(alignment: readonly number[], blank: number): number[] {
  return alignment.filter((c, t) => c !== blank && c !== alignment[t - 1]);
}

/** -log of the sum of the probabilities of all alignments of sequence b, one by one. */
function enumerate(
  x: Accessor,
  b: number,
  C: number,
  length: number,
  labels: readonly number[],
  blank: number,
): number {
  const classes = Array.from({ length: C }, (_, c) => c);
  const sums = Array.from({ length }, (_, t) => classes.reduce((sum, c) => sum + Math.exp(x(t, b, c)), 0));
  const own = lists(length, C).filter((list) => String(collapse(list, blank)) === String(labels));
  const total = own.reduce((total, list) => total + list.reduce((p, c, t) => p * Math.exp(x(t, b, c)) / sums[t], 1), 0);
  return -Math.log(total);
}

Deno.test("ctcLoss sums all alignments: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  const cases = [
    { T: 5, C: 3, blank: 0, lengths: [5, 4, 3, 2], labels: [[1, 2], [1, 1], [], [2]] },
    { T: 5, C: 4, blank: 3, lengths: [5, 1, 4, 5], labels: [[0, 1, 2], [2], [1, 0, 1], [0, 0, 2]] },
    { T: 1, C: 1, blank: 0, lengths: [1, 0], labels: [[], []] },
  ];
  for (const { T, C, blank, lengths, labels } of cases) {
    checkOperation({
      inputs: { x: [T, labels.length, C] },
      range: [-2, 2],
      apply: ({ x }) => ctcLoss(x, labels, { lengths: Int32Array.from(lengths), blank }),
      shape: [labels.length],
      element: ({ x }, [b]) => enumerate(x, b, C, lengths[b], labels[b], blank),
    });
  }
});

Deno.test("ctcLoss without an alignment is infinite, or 0 if asked, with a gradient of 0", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const logits = [1, 2, 3, 4, 5, 6, 7, 8];
    const run = (zeroInfinity: boolean): number[][] =>
      training(() => {
        const x = tensor(logits, [2, 2, 2], { engine, requiresGradient: true });
        const losses = ctcLoss(x, [[1, 1], []], { zeroInfinity });
        sum(losses).backward();
        return [[...losses.toArray()], [...x.gradients()]];
      }, { engine });
    const [[infinite, other], gradients] = run(false);
    assertEquals([infinite, other > 0 && other < Infinity], [Infinity, true]);
    assertEquals(gradients.map((d) => d !== 0), [false, false, true, true, false, false, true, true]);
    assertEquals(run(true), [[0, other], gradients]);
  }
});

Deno.test("ctcLoss of large logits, of -Infinity and of hundreds of unlikely labels is finite and right", () => {
  const engine = engineOf("relaxed");
  inference(() => {
    const logits = [1000, 0, -Infinity, 0, -1000, -Infinity];
    // Two alignments of probability e^-1000.
    const large = Math.fround(1000 - Math.LN2);
    assertEquals([...ctcLoss(tensor(logits, [2, 1, 3], { engine }), [[1]]).toArray()], [large]);
    // Alignments with one label are likelier than those with more by a factor of e^50; then there is only one.
    const long = Float32Array.from({ length: 600 }, (_, i) => i % 2 === 0 ? 50 : 0);
    const [loss] = ctcLoss(tensor(long, [300, 1, 2], { engine }), [[1]]).toArray();
    assertEquals(Math.abs(loss - (50 - Math.log(300))) < 1e-4, true);
    const labels = Array.from({ length: 300 }, (_, k) => 1 + k % 2);
    const three = Float32Array.from({ length: 900 }, (_, i) => i % 3 === 0 ? 50 : 0);
    assertEquals([...ctcLoss(tensor(three, [300, 1, 3], { engine }), [labels]).toArray()], [15000]);
  }, { engine });
});

Deno.test("ctcLoss rejects labels, lengths and blanks that do not fit", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor(new Float32Array(12), [2, 2, 3], { engine });
    const refuse = (labels: number[][], message: string, options = {}): unknown =>
      assertThrows(() => ctcLoss(x, labels, options), RangeError, message);
    refuse([[1]], "expected labels for 2 sequences, found 1");
    refuse([[1], [3]], "expected labels below 3, other than the blank 0, found 3");
    refuse([[1], [0]], "expected labels below 3, other than the blank 0, found 0");
    refuse([[1], [1.5]], "expected labels below 3, other than the blank 0, found 1.5");
    refuse([[1], [1]], "expected a blank from 0 to 2, found 3", { blank: 3 });
    refuse([[1], [1]], "expected 2 lengths, found 1", { lengths: Int32Array.of(2) });
    refuse([[1], [1]], "expected lengths from 0 to 2, found 3", { lengths: Int32Array.of(2, 3) });
    const flat = tensor(new Float32Array(6), [2, 3], { engine });
    assertThrows(() => ctcLoss(flat, [[1], [1]]), RangeError, "expected [T, B, C], found [2, 3]");
  }, { engine });
});
