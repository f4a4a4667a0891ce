import { assertEquals } from "@std/assert";
import { bfloat16Bits, floatsOf } from "../support/bfloat16.ts";
import { instantiateKernels } from "../../src/kernels/mod.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";
import { packPanels } from "../support/panels.ts";
import { randomFloats } from "../support/floats.ts";
import { scalarProducts } from "../support/scalar_products.ts";

/** Numbers at the edges of rounding: ties, a carry into the exponent, overflow to infinity, subnormal numbers. */
const EDGES = [1 + 2 ** -8, 1 + 3 * 2 ** -8, -1 - 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 2 - 2 ** -9, 3.4e38, -0, 0, 1e-40];
const SPECIALS = [...EDGES, NaN, Infinity, -Infinity];

Deno.test("to_half rounds to the nearest bfloat16 number, ties to even, and keeps NaN", () => {
  for (const n of [...ODD_SIZES, SPECIALS.length, 70]) {
    const from = randomFloats(n + 1, n, -3, 3);
    from.set(SPECIALS.slice(0, n));
    checkKernel({
      kernel: "to_half",
      buffers: { from, to: new Uint16Array(n) },
      outputs: ["to"],
      operands: (at) => [n, at.from, at.to],
    }, ({ to }, what) => assertEquals([...to], [...from].map(bfloat16Bits), `${what}, ${n} numbers`));
  }
});

Deno.test("from_half returns or adds the floats of bfloat16 numbers, exactly", () => {
  for (const n of [...ODD_SIZES, SPECIALS.length, 70]) {
    const numbers = randomFloats(n + 2, n, -3, 3);
    numbers.set(SPECIALS.slice(0, n));
    const from = Uint16Array.from(numbers, bfloat16Bits);
    const to = randomFloats(n + 3, n, -3, 3);
    for (const accumulate of [false, true]) {
      const expected = Array.from(floatsOf(from), (own, i) => accumulate ? Math.fround(to[i] + own) : own);
      checkKernel({
        kernel: "from_half",
        buffers: { from, to },
        outputs: ["to"],
        operands: (at) => [+accumulate, n, at.from, at.to],
      }, ({ to }, what) => assertEquals([...to], expected, `${what}, ${n} numbers, accumulate ${accumulate}`));
    }
  }
});

Deno.test("pack_weights without a native library makes the panels of pack", () => {
  for (const [k, n] of [[1, 1], [5, 9], [9, 17], [33, 7]]) {
    for (const transposed of [true, false]) {
      const b = randomFloats(k, k * n);
      const panels = packPanels(b, k, n, transposed);
      checkKernel({
        kernel: "pack_weights",
        buffers: { b, packed: new Float32Array(panels.length) },
        outputs: ["packed"],
        operands: (at) => [+transposed, k, n, at.b, transposed ? k : n, at.packed],
      }, ({ packed }) => assertEquals(packed, panels));
    }
  }
});

Deno.test("matmul_half writes zeros for a product without terms, and adds none", () => {
  const c = randomFloats(1, 20 * 17);
  for (const accumulate of [false, true]) {
    checkKernel({
      kernel: "matmul_half",
      native: "halves",
      buffers: { a: new Uint16Array(0), b: new Uint16Array(0), c },
      outputs: ["c"],
      operands: (at) => [0, 0, 20, 17, 0, at.a, 0, at.b, 17, at.c, 17, +accumulate],
    }, (found) => assertEquals(found.c, accumulate ? c : new Float32Array(20 * 17)));
  }
});

Deno.test("matmul copies columns for a native library only if a row fits into its scratch memory", () => {
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 64, shared: true });
  const called: string[] = [];
  const products = {
    ...scalarProducts(memory, false).products!,
    multiplyMatrices: () => void called.push("multiplyMatrices"),
  };
  const kernels = instantiateKernels(memory, "plain", { sgemm: () => void called.push("sgemm"), products });
  const most = kernels.product_scratch() / 4;
  const pitch = 1024 * Math.ceil((most + 8) / 1024);
  for (const m of [most, most + 1]) kernels.matmul(1, 0, m, 1, 1, 64, pitch, 64, 1, 64, 1, 0, 64, 0, 1);
  assertEquals(called, ["multiplyMatrices", "sgemm"]);
});

Deno.test("no worker has a larger share of a kernel than the main thread", () => {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 32, shared: true });
  const kernels = instantiateKernels(memory, "plain");
  const floats = new Float32Array(memory.buffer);
  for (const n of [1, 65, 129, 1000]) {
    for (const workers of [2, 3, 8]) {
      const shares = Array.from({ length: workers }, (_, worker) => {
        floats.fill(0);
        kernels.fill(n, 1, 64, worker, workers);
        return floats.reduce((sum, value) => sum + value);
      });
      assertEquals([Math.max(...shares), shares.reduce((sum, share) => sum + share)], [shares[0], n]);
    }
  }
});
