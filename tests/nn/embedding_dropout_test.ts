import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Embedding, inference, sum, training } from "../../src/nn/mod.ts";

const [V, E] = [200, 3];
const IDS = Int32Array.from({ length: 2 * V }, (_, i) => (i * 7) % V);
const embedding = new Embedding({ size: V, width: E, dropout: 0.25 });

/** The factor of each id, and the gradient of the table. */
function draw(step: number): { factors: number[]; gradients: Float32Array } {
  embedding.weight.assign(new Float32Array(V * E).fill(1));
  embedding.weight.zeroGradient();
  return training(() => {
    const output = embedding.forward(IDS, [4, V / 2]);
    sum(output).backward();
    assertEquals(output.shape, [4, V / 2, E]);
    const values = output.toArray();
    const factors = Array.from({ length: V }, (_, id) => values[IDS.indexOf(id) * E]);
    IDS.forEach((id, i) => {
      for (let k = 0; k < E; k++) assertEquals(values[i * E + k], factors[id], "the same factor wherever it occurs");
    });
    return { factors, gradients: embedding.weight.gradients() };
  }, { seed: 3, step });
}

Deno.test("dropout of an embedding drops a quarter of the ids, scales the others and masks their gradients", () => {
  const { factors, gradients } = draw(1);
  assert(factors.every((factor) => factor === 0 || factor === Math.fround(1 / 0.75)));
  assertAlmostEquals(factors.filter((factor) => factor > 0).length / V, 0.75, 5 * Math.sqrt(0.1875 / V));
  assertEquals(gradients, Float32Array.from(gradients, (_, i) => 2 * factors[Math.floor(i / E)]));
  assertEquals(draw(1), { factors, gradients });
  assert(draw(2).factors.some((factor, id) => factor !== factors[id]));
});

Deno.test("dropout of an embedding does nothing in inference, and a rate of 1 is refused", () => {
  embedding.weight.assign(new Float32Array(V * E).fill(1));
  const values = inference(() => embedding.forward(IDS).toArray());
  assertEquals(values, new Float32Array(IDS.length * E).fill(1));
  const make = () => new Embedding({ size: 3, width: 2, dropout: 1 });
  assertThrows(make, RangeError, "make an embedding: expected a dropout rate from 0 to below 1, found 1");
});
