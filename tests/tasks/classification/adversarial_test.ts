import { assertEquals, assertNotEquals } from "@std/assert";
import { dropout, Engine, lockedDropout, Parameter, sum, training } from "../../../src/nn/mod.ts";
import { adversarialLoss } from "../../../tasks/classification/adversarial.ts";

const engine = new Engine();

/** Computes the adversarial losses of members one after the other; returns the inputs of each member's two passes. */
function passes(members: number): [clean: number[], adversarial: number[]][] {
  const weight = new Parameter([4, 2, 8], { engine, values: new Float32Array(64).fill(1) });
  const seen = Array.from({ length: members }, () => [] as number[][]);
  training(() => {
    for (const own of seen) {
      adversarialLoss({
        engine,
        embed: () => {
          const embedded = lockedDropout(weight, 0.5);
          own.push([...embedded.toArray()]);
          return embedded;
        },
        lossOf: (embedded) => {
          own.push([...dropout(weight, 0.5).toArray()]);
          return sum(embedded);
        },
        lengths: Int32Array.of(4, 3),
        size: 1e-3,
      });
    }
  }, { engine, seed: 5, step: 3 });
  return seen.map(([embedded, read, again, readAgain]) => [[...embedded, ...read], [...again, ...readAgain]]);
}

Deno.test("the clean and the adversarial pass have the same dropout masks, in every member of an ensemble", () => {
  const [first, second, third] = passes(3);
  for (const [clean, adversarial] of [first, second, third]) assertEquals(adversarial, clean);
  assertNotEquals(first, second);
  assertNotEquals(second, third);
  assertEquals(passes(1), [first]);
});
