import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  crossEntropy,
  Engine,
  inference,
  linear,
  linearCrossEntropy,
  matmul,
  Parameter,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { roundToBFloat16 } from "../support/bfloat16.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats } from "../support/floats.ts";
import { linearCells, train } from "../support/recurrent_training.ts";

const isPermitted = Deno.permissions.querySync({ name: "ffi" }).state === "granted";

/** Returns an engine that multiplies bfloat16 numbers, or why there is none. */
async function start(threads = 1): Promise<Engine | string> {
  try {
    const engine = new Engine({ blas: "auto", precision: "bf16", threads });
    await engine.ready();
    return engine;
  } catch (error) {
    return (error as Error).message;
  }
}

const made = await start();
const isAvailable = typeof made !== "string";
if (typeof made === "string") console.log(`bf16: not tested: ${made}`);

Deno.test({
  name: "training cells without recurrent products in bf16 follows that in float32",
  ignore: !isAvailable,
  fn: async () => {
    using engine = await start() as Engine;
    const [found, expected] = [train(engine, linearCells), train(new Engine(), linearCells)];
    assertAllClose(found, expected, { tolerance: 1e-2, name: "losses and logits" });
    assert(found.some((value, i) => Math.abs(value - expected[i]) > 1e-6), "the products are not rounded");
  },
});

for (const threads of [1, 3]) {
  Deno.test({
    name: `training in bf16 with ${threads} threads follows that in float32, and repeats its bits`,
    ignore: !isAvailable,
    fn: async () => {
      const [first, second] = [await start(threads) as Engine, await start(threads) as Engine];
      const [found, again, expected] = [train(first), train(second), train(new Engine())];
      assertEquals(found, again);
      assertAllClose(found, expected, { tolerance: 1e-2, name: "losses and logits" });
      assert(found.some((value, i) => Math.abs(value - expected[i]) > 1e-6), "the products are not rounded");
      assertEquals(first.precision, "bf16");
      assert(first.gemm.endsWith(", bf16 (ffi)"), first.gemm);
      first[Symbol.dispose]();
      second[Symbol.dispose]();
    },
  });
}

Deno.test({
  name: "a product in bf16 is that of the rounded operands, summed as floats",
  ignore: !isAvailable,
  fn: () => {
    const engine = made as Engine;
    for (const [M, N, K] of [[1, 1, 1], [3, 7, 5], [17, 33, 130], [64, 10, 65]]) {
      const [x, weight] = [randomFloats(M, M * K), randomFloats(N, N * K)];
      const found = inference(
        () => linear(tensor(x, [M, K], { engine }), tensor(weight, [N, K], { engine })).toArray(),
        { engine },
      );
      const [left, right] = [x.map(roundToBFloat16), weight.map(roundToBFloat16)];
      const expected = found.map((_, i) => {
        const [row, column] = [Math.floor(i / N) * K, (i % N) * K];
        let sum = 0;
        for (let k = 0; k < K; k++) sum += left[row + k] * right[column + k];
        return sum;
      });
      assertAllClose(found, expected, { tolerance: 1e-5, name: `[${M}, ${K}] x [${K}, ${N}]` });
    }
  },
});

Deno.test({
  name: "a product in bf16 adds the products of pieces of a deep matrix",
  ignore: !isAvailable,
  fn: () => {
    const engine = made as Engine;
    const [M, N] = [7, 5];
    for (const K of [1024, 1025, 2100]) {
      const [a, b] = [randomFloats(K, M * K).map(roundToBFloat16), randomFloats(N, K * N).map(roundToBFloat16)];
      const found = inference(() => matmul(tensor(a, [M, K], { engine }), tensor(b, [K, N], { engine })).toArray(), {
        engine,
      });
      const expected = found.map((_, i) => {
        let sum = 0;
        for (let k = 0; k < K; k++) sum += a[Math.floor(i / N) * K + k] * b[k * N + i % N];
        return sum;
      });
      assertAllClose(found, expected, { tolerance: 1e-4, name: `[${M}, ${K}] x [${K}, ${N}]` });
    }
  },
});

const EXPECTED = "multiply in bf16: expected oneDNN 2 or 3 and a processor with bfloat16 instructions, found ";

Deno.test("bf16 without a native library is refused with the reason", () => {
  const { message } = assertThrows(() => new Engine({ precision: "bf16" }), RangeError);
  assertEquals(message, EXPECTED + "products in WebAssembly");
  if (!isPermitted) {
    const { message } = assertThrows(() => new Engine({ blas: "auto", precision: "bf16" }), RangeError);
    assertEquals(message, EXPECTED + "no native library that can be used");
  }
});

Deno.test({
  name: "bf16 on a processor without such instructions is refused by name; float32 is not",
  ignore: !isAvailable,
  fn: async () => {
    const program = `import { Engine } from ${JSON.stringify(new URL("../../mod.ts", import.meta.url).href)};
console.log(new Engine({ blas: "auto" }).gemm);
try { new Engine({ blas: "auto", precision: "bf16" }); } catch (error) { console.log(error.message); }`;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", program],
      // The library then uses no instructions beyond these.
      env: { DNNL_MAX_CPU_ISA: "AVX2", ONEDNN_MAX_CPU_ISA: "AVX2", NO_COLOR: "1" },
      stderr: "null",
    }).output();
    const [gemm, message] = new TextDecoder().decode(stdout).trim().split("\n");
    assert(/^oneDNN \d+\.\d+ \(ffi\)$/.test(gemm), gemm);
    assert(message.startsWith(EXPECTED + "oneDNN"), message);
    assert(message.includes("on a processor without them"), message);
  },
});

Deno.test({
  name: "the loss of many classes, whose logits are computed by columns, and its gradients are those of whole logits",
  ignore: !isAvailable,
  fn: () => {
    const engine = made as Engine;
    const [M, V, K] = [230, 20_000, 4];
    const targets = Int32Array.from({ length: M }, (_, i) => i % 10 === 9 ? -1 : i * 83);
    const options = { smoothing: 0.1 };
    const measure = (isFused: boolean): Float32Array[] => {
      const [x, weight, bias] = [[M, K], [V, K], [V]].map((shape, i) => {
        const parameter = new Parameter(shape, { engine });
        parameter.assign(randomFloats(i + 1, shape.reduce((a, b) => a * b), -1, 1));
        return parameter;
      });
      return training(() => {
        const loss = isFused
          ? linearCrossEntropy(x, weight, bias, targets, options)
          : crossEntropy(linear(x, weight, bias), targets, options);
        loss.backward();
        return [loss.toArray(), ...[x, weight, bias].map((parameter) => parameter.gradients())];
      }, { engine });
    };
    const [found, expected] = [measure(true), measure(false)];
    found.forEach((values, i) => {
      // The gradient of the bias sums rounded numbers, 2^-8 each.
      const tolerance = (i === 3 ? 2 ** -8 : 3e-5) * Math.max(...expected[i].map(Math.abs));
      assertAllClose(values, expected[i], { tolerance, name: ["loss", "x", "weight", "bias"][i] });
    });
  },
});
