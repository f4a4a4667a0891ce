import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import {
  crossEntropy,
  dropout,
  gather,
  inference,
  layerNorm,
  linear,
  mul,
  Parameter,
  persistentTensor,
  Slab,
  tanh,
  training,
} from "../../src/tensor/mod.ts";
import { randomFloats, randomIntegers } from "../support/floats.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const [V, H] = [50, 96];

/** Returns one training step, on `rows` tokens, of a small model with a carried state. */
function makeModel(engine: Engine) {
  const parameter = (shape: number[], seed: number) =>
    new Parameter(shape, { engine, values: randomFloats(seed, shape.reduce((p, e) => p * e, 1), -0.2, 0.2) });
  const [table, weight, scale, shift] = [[V, H], [H, H], [H], [H]].map(parameter);
  const slab = new Slab([table, weight, scale, shift]);
  const state = persistentTensor([H], engine);
  const logits = (tokens: Int32Array) => {
    const hidden = tanh(linear(layerNorm(gather(table, tokens), scale, shift), weight));
    return linear(dropout(mul(hidden, state), 0.1), table);
  };
  const step = (rows: number, step: number): number => {
    const [tokens, targets] = [randomIntegers(1, rows, 0, V), randomIntegers(2, rows, 0, V)];
    slab.zeroGradients();
    const loss = training(() => {
      const loss = crossEntropy(logits(tokens), targets);
      loss.backward();
      state.assign(randomFloats(step, H));
      return loss.item();
    }, { engine, step });
    slab.clampGradients(1);
    engine.arena.lend(() => {
      const spans = engine.placeIntegers(Int32Array.of(0, slab.size));
      const scale = 1 / (1 + slab.gradientNorm());
      engine.run("sgd_step", slab.size, 1, spans, slab.values, slab.gradients, 0, 0.1, 0, 1, 0, 0, scale);
    });
    slab.touch();
    inference(() => logits(tokens).toArray(), { engine });
    return loss;
  };
  return { step };
}

for (const build of BUILDS) {
  Deno.test(`memory stops growing after the second of 100 training steps (${build})`, () => {
    const engine = new Engine({ build });
    const { step } = makeModel(engine);
    const sizes: number[] = [];
    for (let i = 0; i < 100; i++) {
      assert(Number.isFinite(step(256, i)));
      sizes.push(engine.memory.bytes);
    }
    assertEquals(new Set(sizes.slice(1)).size, 1, `bytes after each step: ${sizes}`);
    assertEquals(engine.arena.mark(), { chunk: 0, used: 0, taken: 0 });
  });
}

Deno.test("memory stops growing once the largest batch has been seen twice", () => {
  const engine = new Engine();
  const { step } = makeModel(engine);
  const rows = [40, 300, 7, 500, 500];
  for (const [i, count] of rows.entries()) step(count, i);
  const bytes = engine.memory.bytes;
  for (let i = 0; i < 30; i++) step(1 + (i * 97) % 500, i);
  assertEquals(engine.memory.bytes, bytes);
});
