import { assert, assertEquals, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  dropout,
  inference,
  lockedDropout,
  mul,
  sum,
  tensor,
  training,
  type TrainingOptions,
} from "../../src/tensor/mod.ts";
import { Engine } from "../../src/engine/mod.ts";
import { assertWithin } from "../support/bounds.ts";
import { randomFloats } from "../support/floats.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { philoxUniform } from "../support/philox.ts";

const RATE = 0.3;
const SHAPE = [4, 3, 11];
const [SIZE, STEP_SIZE] = [132, 33];

/** Returns the factors that the first dropout of a training step applies. */
function masks(options: TrainingOptions, locked = false): Float32Array {
  const engine = engineOf("plain");
  return training(() => {
    const ones = tensor(new Float32Array(SIZE).fill(1), SHAPE, { engine });
    return (locked ? lockedDropout : dropout)(ones, RATE).toArray();
  }, { ...options, engine });
}

for (
  const [name, apply, period] of [["dropout", dropout, SIZE], ["lockedDropout", lockedDropout, STEP_SIZE]] as const
) {
  Deno.test(`${name} uses the same Philox mask forward and backward`, () => {
    const uniform = philoxUniform(period, { seedLow: 8, seedHigh: 0, stream: 0, step: 5 });
    const mask = Float64Array.from({ length: SIZE }, (_, i) => uniform[i % period] >= RATE ? 1 / (1 - RATE) : 0);
    const [values, weights] = [randomFloats(1, SIZE), randomFloats(2, SIZE)];
    for (const build of BUILDS) {
      const engine = engineOf(build);
      training(() => {
        const x = tensor(values, SHAPE, { engine, requiresGradient: true });
        const y = apply(x, RATE);
        sum(mul(y, tensor(weights, SHAPE, { engine }))).backward();
        assertEquals(y.shape, SHAPE);
        assertWithin(y.toArray(), mask.map((m, i) => m * values[i]), { roundings: 4 });
        assertWithin(x.gradients(), mask.map((m, i) => m * weights[i]), { roundings: 4 });
      }, { engine, seed: 8, step: 5 });
    }
  });
}

Deno.test("lockedDropout drops the same elements at every time step, dropout does not", () => {
  const locked = masks({}, true);
  for (let t = 1; t < SHAPE[0]; t++) {
    assertEquals(locked.slice(t * STEP_SIZE, (t + 1) * STEP_SIZE), locked.slice(0, STEP_SIZE));
  }
  const free = masks({});
  assertNotEquals(free.slice(0, STEP_SIZE), free.slice(STEP_SIZE, 2 * STEP_SIZE));
});

Deno.test("dropout masks depend on the seed and the step", () => {
  assertEquals(masks({ seed: 1, step: 2 }), masks({ seed: 1, step: 2 }));
  assertNotEquals(masks({ seed: 1, step: 2 }), masks({ seed: 2, step: 2 }));
  assertNotEquals(masks({ seed: 1, step: 2 }), masks({ seed: 1, step: 3 }));
});

Deno.test("two dropouts in one step use different masks", () => {
  const engine = engineOf("plain");
  training(() => {
    const x = tensor(new Float32Array(64).fill(1), [64], { engine });
    assertNotEquals(dropout(x, 0.5).toArray(), dropout(x, 0.5).toArray());
  }, { engine });
});

Deno.test("a tensor with two dropouts accumulates both gradients", () => {
  const engine = engineOf("plain");
  training(() => {
    const x = tensor(new Float32Array(64).fill(1), [64], { engine, requiresGradient: true });
    const [a, b] = [dropout(x, 0.5), dropout(x, 0.5)];
    sum(mul(a, b)).backward();
    // d(x ma x mb) = 2 ma mb at x = 1.
    assertEquals(x.gradients(), a.toArray().map((value, i) => 2 * value * b.toArray()[i]));
  }, { engine });
});

Deno.test("dropout is inactive in inference, in training without dropout and at rate 0", () => {
  const engine = engineOf("plain");
  for (const apply of [dropout, lockedDropout]) {
    inference(() => {
      const x = tensor([1, 2], [2], { engine });
      assertStrictEquals(apply(x, 0.9), x);
    }, { engine });
    training(() => {
      const x = tensor([1, 2], [2], { engine });
      assertStrictEquals(apply(x, 0), x);
      assert(apply(x, 0.1) !== x);
    }, { engine });
    training(() => {
      const x = tensor([1, 2], [2], { engine });
      assertStrictEquals(apply(x, 0.9), x);
    }, { engine, dropout: false });
  }
});

Deno.test("dropout rejects an invalid rate", () => {
  const engine = engineOf("plain");
  training(() => {
    const x = tensor([1, 2], [2], { engine });
    for (const rate of [-0.1, 1, 2, NaN]) {
      assertThrows(() => dropout(x, rate), RangeError, `dropout: expected a rate from 0 to below 1, found ${rate}`);
    }
  }, { engine });
});

Deno.test("without `step`, each training scope draws the masks of its number among those of the engine", () => {
  const engine = new Engine();
  const draw = (options: TrainingOptions = {}): Float32Array =>
    training(() => dropout(tensor(new Float32Array(SIZE).fill(1), SHAPE, { engine }), RATE).toArray(), {
      engine,
      ...options,
    });
  const first = draw();
  assertNotEquals(draw(), first);
  inference(() => {}, { engine });
  assertEquals(draw({ step: 0 }), first, "an explicit step does not depend on the number");
  assertEquals(draw(), draw({ step: 3 }), "scopes with a step count, inference does not");
});
