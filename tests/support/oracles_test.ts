import { assertEquals } from "@std/assert";
import { assertAllClose } from "./close.ts";
import { checkGradient } from "./finite_difference.ts";
import {
  crossEntropy,
  embedding,
  exp,
  layerNorm,
  linear,
  log,
  logSoftmax,
  matmul,
  relu,
  sigmoid,
  softmax,
  tanh,
} from "./oracles/mod.ts";
import { randomValues, seededRandom } from "./random.ts";

const dot = (a: ArrayLike<number>, b: Float64Array) => b.reduce((sum, value, i) => sum + value * a[i], 0);

for (const transposeA of [false, true]) {
  for (const transposeB of [false, true]) {
    const name = `matmul${transposeA ? ", A transposed" : ""}${transposeB ? ", B transposed" : ""}`;
    Deno.test(`oracle ${name}: backward agrees with finite differences within 1e-7`, () => {
      const random = seededRandom(1);
      for (const [M, N, K] of [[1, 1, 1], [3, 5, 4], [2, 1, 7]]) {
        const sizes = { M, N, K, transposeA, transposeB };
        const inputs = { a: randomValues(random, M * K), b: randomValues(random, K * N) };
        const dOutput = randomValues(random, M * N);
        const { da, db } = matmul({ ...inputs, ...sizes }).backward(dOutput);
        checkGradient((at) => dot(matmul({ ...at, ...sizes }).output, dOutput), inputs, { a: da, b: db });
      }
    });
  }
}

Deno.test("oracle matmul gives the same product for all four layouts", () => {
  const sizes = { M: 2, N: 2, K: 3 };
  const expected = Float64Array.of(4, 5, 10, 11);
  const a = [1, 2, 3, 4, 5, 6], aT = [1, 4, 2, 5, 3, 6], b = [1, 0, 0, 1, 1, 1], bT = [1, 0, 1, 0, 1, 1];
  assertEquals(matmul({ a, b, ...sizes }).output, expected);
  assertEquals(matmul({ a: aT, b, ...sizes, transposeA: true }).output, expected);
  assertEquals(matmul({ a, b: bT, ...sizes, transposeB: true }).output, expected);
  assertEquals(matmul({ a: aT, b: bT, ...sizes, transposeA: true, transposeB: true }).output, expected);
});

Deno.test("oracle linear: backward agrees with finite differences within 1e-7, with and without bias", () => {
  const random = seededRandom(2);
  for (const [N, I, O] of [[1, 1, 1], [5, 3, 4]]) {
    const sizes = { N, I, O }, dOutput = randomValues(random, N * O);
    const inputs = { x: randomValues(random, N * I), weight: randomValues(random, O * I) };
    const without = linear({ ...inputs, ...sizes }).backward(dOutput);
    assertEquals(without.dBias.length, 0);
    checkGradient(
      (at) => dot(linear({ ...at, ...sizes }).output, dOutput),
      inputs,
      { x: without.dx, weight: without.dWeight },
    );
    const withBias = { ...inputs, bias: randomValues(random, O) };
    const { dx, dWeight, dBias } = linear({ ...withBias, ...sizes }).backward(dOutput);
    checkGradient(
      (at) => dot(linear({ ...at, ...sizes }).output, dOutput),
      withBias,
      { x: dx, weight: dWeight, bias: dBias },
    );
  }
});

Deno.test("oracle embedding: repeated ids accumulate, backward agrees with finite differences within 1e-7", () => {
  const random = seededRandom(3), sizes = { ids: [4, 0, 4, 2, 4], V: 6, E: 3 };
  const weight = randomValues(random, 18), dOutput = randomValues(random, 15);
  const run = embedding({ weight, ...sizes });
  assertEquals(run.output.slice(0, 3), weight.slice(12, 15));
  const { dWeight } = run.backward(dOutput);
  assertEquals(dWeight.slice(3, 6), new Float64Array(3));
  checkGradient((at) => dot(embedding({ ...at, ...sizes }).output, dOutput), { weight }, { weight: dWeight });
});

for (const [name, f] of Object.entries({ tanh, sigmoid, relu, exp, log })) {
  Deno.test(`oracle ${name}: backward agrees with finite differences within 1e-7`, () => {
    const random = seededRandom(4);
    const x = name === "log" ? randomValues(random, 33).map((v) => v + 1.5) : randomValues(random, 33, 3);
    const dOutput = randomValues(random, 33);
    const eps = name === "relu" ? 1e-6 : 1e-3;
    checkGradient(({ x }) => dot(f(x).output, dOutput), { x }, { x: f(x).backward(dOutput).dx }, { eps });
  });
}

Deno.test("oracle elementwise functions have known values and do not overflow if the result is finite", () => {
  assertAllClose(tanh([0, 0.5, -800]).output, [0, 0.46211715726000975, -1], { tolerance: 1e-15, name: "tanh" });
  assertAllClose(sigmoid([0, 2, 800, -800]).output, [0.5, 0.8807970779778823, 1, 0], {
    tolerance: 1e-15,
    name: "sigmoid",
  });
  assertEquals(relu([-1, 0, 2]).output, Float64Array.of(0, 0, 2));
  assertEquals(relu([-1, 0, 2]).backward([5, 5, 5]).dx, Float64Array.of(0, 0, 5));
  assertAllClose(exp(log([0.25, 3]).output).output, [0.25, 3], { tolerance: 1e-15, name: "exp of log" });
});

for (const [name, f] of Object.entries({ softmax, logSoftmax })) {
  Deno.test(`oracle ${name}: backward agrees with finite differences within 1e-7`, () => {
    const random = seededRandom(5);
    for (const [N, V] of [[1, 1], [1, 7], [4, 5]]) {
      const x = randomValues(random, N * V, 2), dOutput = randomValues(random, N * V);
      const { dx } = f({ x, N, V }).backward(dOutput);
      checkGradient(({ x }) => dot(f({ x, N, V }).output, dOutput), { x }, { x: dx });
    }
  });
}

Deno.test("oracle softmax rows sum to 1 and do not overflow for large inputs", () => {
  const { output } = softmax({ x: [1000, 1000, -1000, 0, Math.log(3), -Infinity], N: 2, V: 3 });
  assertAllClose(output, [0.5, 0.5, 0, 0.25, 0.75, 0], { tolerance: 1e-12, name: "softmax" });
  const { output: logs } = logSoftmax({ x: [0, 1000], N: 1, V: 2 });
  assertEquals(logs, Float64Array.of(-1000, 0));
});

Deno.test("oracle crossEntropy: backward agrees with finite differences within 1e-7, ignored rows have zero gradient", () => {
  const random = seededRandom(6), sizes = { targets: [2, -1, 0, 4, -1], N: 5, V: 5 };
  const logits = randomValues(random, 25, 2);
  const run = crossEntropy({ logits, ...sizes });
  assertEquals(run.counted, 3);
  const { dLogits } = run.backward(1.7);
  assertEquals(dLogits.slice(5, 10), new Float64Array(5));
  checkGradient(({ logits }) => 1.7 * crossEntropy({ logits, ...sizes }).loss, { logits }, { logits: dLogits });
});

Deno.test("oracle crossEntropy is log V for equal logits, and 0 if all targets are ignored", () => {
  const uniform = crossEntropy({ logits: new Float64Array(14), targets: [3, 6], N: 2, V: 7 });
  assertAllClose([uniform.loss], [Math.log(7)], { tolerance: 1e-15, name: "loss" });
  const none = crossEntropy({ logits: [1, 2, 3, 4], targets: [-1, -1], N: 2, V: 2 });
  assertEquals([none.loss, none.counted, ...none.backward().dLogits], [0, 0, 0, 0, 0, 0]);
  const other = crossEntropy({ logits: [1, 1], targets: [0], N: 1, V: 2, ignoreIndex: 0 });
  assertEquals(other.counted, 0);
});

Deno.test("oracle layerNorm: backward agrees with finite differences within 1e-7", () => {
  const random = seededRandom(8);
  for (const [N, H] of [[1, 1], [1, 8], [4, 5]]) {
    const inputs = {
      x: randomValues(random, N * H, 2),
      weight: randomValues(random, H),
      bias: randomValues(random, H),
    };
    const dOutput = randomValues(random, N * H);
    const { dx, dWeight, dBias } = layerNorm({ ...inputs, N, H }).backward(dOutput);
    checkGradient(
      (at) => dot(layerNorm({ ...at, N, H }).output, dOutput),
      inputs,
      { x: dx, weight: dWeight, bias: dBias },
    );
  }
});
