import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import {
  AdaptiveSoftmax,
  Engine,
  inference,
  largest,
  Random,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertSameBits } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, randomIntegers } from "../support/floats.ts";

const [M, I, V] = [301, 24, 4000];
const TARGETS = randomIntegers(2, M, -1, V);

function make(engine: Engine): AdaptiveSoftmax {
  return new AdaptiveSoftmax({
    input: I,
    output: V,
    cutoffs: [100, 900],
    engine,
    random: new Random(3, { engine }),
  });
}

function inputs(engine: Engine, requiresGradient = false): Tensor {
  return tensor(randomFloats(1, M * I), [M, I], { engine, requiresGradient });
}

/** Returns a loss and all gradients. */
function differentiate(engine: Engine): Record<string, Float32Array> {
  const layer = make(engine);
  return training(() => {
    const x = inputs(engine, true);
    const loss = layer.loss(x, TARGETS);
    loss.backward();
    const all = Object.entries({ x, ...Object.fromEntries(layer.namedParameters()) });
    return { loss: loss.toArray(), ...Object.fromEntries(all.map(([name, of]) => [name, of.gradients()])) };
  }, { engine });
}

function assertClose(
  found: Record<string, Float32Array>,
  expected: Record<string, Float32Array>,
  tolerance: number,
): void {
  for (const name in expected) assertAllClose(found[name], expected[name], { tolerance, name });
}

Deno.test("an adaptive softmax has the same bits for 1, 2 and 3 threads", async () => {
  const [first, ...others] = await Promise.all([1, 2, 3].map(async (threads) => {
    using engine = new Engine({ build: "plain", threads });
    await engine.ready();
    return differentiate(engine);
  }));
  for (const other of others) for (const name in first) assertSameBits(other[name], first[name], name);
});

const isPermitted = Deno.permissions.querySync({ name: "ffi" }).state === "granted";

for (const [precision, tolerance] of [["float32", 1e-5], ["bf16", 2e-2]] as const) {
  Deno.test({
    name: `native ${precision} products give an adaptive softmax the values of WebAssembly within ${tolerance}`,
    ignore: !isPermitted,
    fn: async () => {
      const engine = await start(precision);
      if (typeof engine === "string") return console.log(`${precision}: not tested: ${engine}`);
      assertClose(differentiate(engine), differentiate(new Engine()), tolerance);
      engine[Symbol.dispose]();
    },
  });
}

/** Returns an engine with native products, or why there is none. */
async function start(precision: "float32" | "bf16"): Promise<Engine | string> {
  try {
    const engine = new Engine({ blas: "auto", precision });
    await engine.ready();
    return engine.blas ? engine : "no library found";
  } catch (error) {
    return (error as Error).message;
  }
}

Deno.test("the probabilities of all words sum to 1, and predict finds the largest, without a gradient", () => {
  const engine = new Engine();
  const layer = make(engine);
  training(() => {
    const x = inputs(engine, true);
    const logs = layer.forward(x);
    const values = logs.toArray();
    for (let row = 0; row < M; row++) {
      const sum = values.subarray(row * V, (row + 1) * V).reduce((sum, log) => sum + Math.exp(log), 0);
      assert(Math.abs(sum - 1) < 1e-4, `${sum}`);
    }
    assertEquals(layer.predict(x), largest(logs, 1));
    assertEquals(layer.scores(x, TARGETS, 2).largest, largest(logs, 2));
    assert(!x.hasGradient);
  }, { engine });
});

Deno.test("predict finds words of every cluster", () => {
  const engine = new Engine();
  const layer = new AdaptiveSoftmax({ input: 3, output: 9, cutoffs: [2, 5], divValue: 1, engine });
  const unit = (rows: number, set: readonly (readonly [row: number, column: number])[]): Float32Array => {
    const values = new Float32Array(rows * 3);
    for (const [row, column] of set) values[row * 3 + column] = 9;
    return values;
  };
  const weights = [
    unit(4, [[1, 0], [2, 1], [3, 2]]),
    unit(3, [[1, 1]]),
    unit(3, [[2, 1]]),
    unit(3, [[2, 2]]),
    unit(4, [[3, 2]]),
  ];
  layer.parameters().forEach((parameter, i) => parameter.assign(weights[i]));
  const ids = inference(() => layer.predict(tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3], { engine })), { engine });
  assertEquals([...ids], [1, 4, 8]);
});

Deno.test("8-bit weights give probabilities near those of the weights", () => {
  const engine = new Engine();
  const layer = make(engine);
  const logs = (): Float32Array => inference(() => layer.forward(inputs(engine)).toArray(), { engine });
  const expected = logs();
  for (const parameter of layer.parameters()) parameter.precision = "int8";
  const found = logs();
  assertAllClose(found, expected, { tolerance: 0.02, name: "log-probabilities" });
  assert(found.some((log, i) => log !== expected[i]));
});

Deno.test("rows that are ignored, and clusters without a target, take no part in the loss", () => {
  const engine = new Engine();
  const layer = make(engine);
  const lossOf = (targets: Int32Array, rows: number): number =>
    inference(() => layer.loss(tensor(randomFloats(1, rows * I), [rows, I], { engine }), targets).item(), { engine });
  assertEquals(lossOf(Int32Array.of(950, -1, -7), 3), lossOf(Int32Array.of(950), 1));
  assertEquals(lossOf(new Int32Array(3).fill(-1), 3), 0);
  assertEquals(lossOf(new Int32Array(), 0), 0);
  training(() => layer.loss(inputs(engine), new Int32Array(M).fill(150)).backward(), { engine });
  const named = layer.namedParameters();
  const hasGradient = [...named].map(([name, parameter]) => [name, parameter.hasGradient]);
  assertEquals(hasGradient, [
    ["head.weight", true],
    ["tail.0.0.weight", true],
    ["tail.0.1.weight", true],
    ["tail.1.0.weight", false],
    ["tail.1.1.weight", false],
  ]);
});

Deno.test("the memory of an adaptive softmax does not grow with rows times words", () => {
  const [M, V] = [2000, 200_000];
  const engine = Engine.shapes();
  const layer = new AdaptiveSoftmax({ input: 16, output: V, engine });
  const targets = Int32Array.from({ length: M }, (_, i) => i * 100);
  training(() => layer.loss(tensor(new Float32Array(M * 16), [M, 16], { engine }), targets).backward(), { engine });
  assertLess(engine.stepBytes, 2 ** 26);
  assertLess(20 * engine.stepBytes, M * V * 4);
});

Deno.test("the default cutoffs are 10 and 50 times the square root of the vocabulary size, if below it", () => {
  const cutoffsOf = (output: number): readonly number[] =>
    new AdaptiveSoftmax({ input: 4, output, engine: Engine.shapes() }).cutoffs;
  assertEquals(cutoffsOf(200_000), [4472, 22_361]);
  assertEquals(cutoffsOf(33_278), [1824, 9121]);
  assertEquals(cutoffsOf(2500), [500]);
  assertEquals(cutoffsOf(101), [100]);
});

Deno.test("an adaptive softmax refuses sizes, cutoffs, inputs and targets that do not fit", () => {
  const engine = new Engine();
  const refuse = (message: string, call: () => unknown): void => {
    assertEquals(assertThrows(() => inference(call, { engine }), RangeError).message, message);
  };
  const start = "make an adaptive softmax";
  const sizes = { input: 3, output: 9, cutoffs: [2, 5], engine };
  refuse(`${start}: expected an input size of at least 1, found 0`, () => new AdaptiveSoftmax({ ...sizes, input: 0 }));
  refuse(
    `${start}: expected a finite divValue of at least 1, found 0.5`,
    () => new AdaptiveSoftmax({ ...sizes, divValue: 0.5 }),
  );
  for (const cutoffs of [[], [0], [2, 2], [5, 2], [2, 9], [1.5]]) {
    const found = JSON.stringify(cutoffs);
    refuse(
      `${start}: expected ascending cutoffs from 1 to 8 for 9 words, found ${found}`,
      () => new AdaptiveSoftmax({ ...sizes, cutoffs }),
    );
  }
  refuse(
    `${start}: expected ascending cutoffs from 1 to 99 for 100 words, found []`,
    () => new AdaptiveSoftmax({ input: 3, output: 100, engine }),
  );
  const layer = new AdaptiveSoftmax(sizes);
  const x = (width: number): Tensor => tensor(new Float32Array(2 * width), [2, width], { engine });
  refuse("compute probabilities: expected an input [..., 3], found [2, 4]", () => layer.forward(x(4)));
  refuse("predict: expected an input [..., 3], found [2, 4]", () => layer.predict(x(4)));
  const action = "adaptive softmax loss";
  refuse(`${action}: expected 2 targets, found 1`, () => layer.loss(x(3), Int32Array.of(0)));
  refuse(`${action}: expected targets below 9, found 9`, () => layer.loss(x(3), Int32Array.of(0, 9)));
  refuse("find the largest elements: expected a whole number as count, found 0.5", () => {
    layer.scores(x(3), Int32Array.of(0, 1), 0.5);
  });
});
