import { assertEquals } from "@std/assert";
import {
  CELLS,
  Engine,
  gather,
  makeRecurrent,
  mul,
  Random,
  reshape,
  slice,
  sum,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats } from "../support/floats.ts";

const [T, B, I, H] = [4, 3, 5, 6];
const LENGTHS = [2, 4, 1];

/** Rows of the outputs [T B, 2 H] that each direction computes last. */
const ENDS = [LENGTHS.map((length, b) => (length - 1) * B + b), LENGTHS.map((_, b) => b)];

for (const cell of CELLS) {
  Deno.test(`${cell}: last has the outputs and the gradients of the last step of each sequence`, () => {
    const engine = new Engine();
    const options = { engine, random: new Random(1, { engine }) };
    const layers = makeRecurrent(cell, { input: I, hidden: H, layers: 2, bidirectional: true, ...options });
    const run = (isTaken: boolean): { last: Float32Array[]; slopes: Float32Array } =>
      training(() => {
        const x = tensor(randomFloats(1, T * B * I), [T, B, I], { engine, requiresGradient: true });
        const { output, last } = layers.forward(x, { lengths: LENGTHS });
        assertEquals(last.shape, [4, B, H]);
        const rows = reshape(output, [T * B, 2 * H]);
        const ends = ENDS.map((places, d) =>
          isTaken
            ? reshape(slice(last, 0, 2 + d, 3 + d), [B, H])
            : slice(gather(rows, Int32Array.from(places)), 1, d * H, (d + 1) * H)
        );
        const weights = tensor(randomFloats(2, B * H), [B, H], { engine });
        const [first, second] = ends.map((end) => sum(mul(mul(end, end), weights)));
        mul(first, second).backward();
        return { last: ends.map((end) => end.toArray()), slopes: x.gradients() };
      }, { engine });
    const [taken, gathered] = [run(true), run(false)];
    assertEquals(taken.last, gathered.last);
    assertAllClose(taken.slopes, gathered.slopes, { tolerance: 1e-6, name: "gradients" });
  });
}
