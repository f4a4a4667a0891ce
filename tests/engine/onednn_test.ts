import { assertEquals, assertThrows } from "@std/assert";
import { OneDNN } from "../../src/engine/native/onednn.ts";
import type { OneDNNLibrary, Primitive } from "../../src/engine/native/onednn_library.ts";
import { bfloat16Bits, floatsOf } from "../support/bfloat16.ts";
import { scalarProducts } from "../support/scalar_products.ts";

/** A library that describes products by their rows, refuses those of more than `most` rows, and records executions. */
function stub(most: number): { readonly library: OneDNNLibrary; readonly executed: string[]; made: number } {
  const executed: string[] = [];
  const rows: number[] = [0];
  const counts = { library: undefined as unknown as OneDNNLibrary, executed, made: 0 };
  const parts = {
    activationNumber: () => 1,
    matrix: (_type: number, m: number) => rows.push(m) - 1,
    product: ([a]: readonly number[]) => rows[a] <= most || rows[a] === 16 ? a : undefined,
    implementationOf: () => "fast",
    weightsOf: () => 1,
    bytesOf: () => 24,
    activation: () => 0,
    copy: () => 0,
    primitive: (description: number): Primitive => {
      counts.made++;
      return { address: rows[description], memories: [], args: new BigUint64Array(), argsAddress: 0 };
    },
    destroy: () => {},
    temporarily: <T>(make: () => T): T => make(),
    execute: ({ address }: Primitive, a: number, _packed: number, c: number) =>
      void executed.push(`${address}: ${a} ${c}`),
  };
  counts.library = parts as unknown as OneDNNLibrary;
  return counts;
}

Deno.test("a product whose number of rows the library refuses is cut into parts", () => {
  const { library, executed } = stub(2);
  new OneDNN(library, false).multiply(5, 3, 7, 1000, 0, 0, 2000, 0, 0);
  // Rows of A have 28 bytes, rows of C 12.
  assertEquals(executed, ["2: 1000 2000", "1: 1056 2024", "2: 1084 2036"]);
  new OneDNN(library, true).multiply(3, 3, 7, 1000, 0, 0, 2000, 0, 0);
  // Halves: rows of A have 14 bytes.
  assertEquals(executed.slice(3), ["1: 1000 2000", "2: 1014 2012"]);
});

Deno.test("only oneDNN's own kernels for plain matrices read weights with a space between rows", () => {
  for (
    const [implementation, n, isPadded] of [
      ["gemm:jit", 64, true],
      ["x64:gemm:jit", 128, true],
      ["gemm:jit", 65, false],
      ["gemm:acl", 64, false],
      ["brg:avx512_core", 64, false],
    ] as const
  ) {
    const { library } = stub(1);
    const strides: unknown[] = [];
    Object.assign(library, {
      matrix: (...[, , , own]: unknown[]) => strides.push(own) - 1,
      product: () => 0,
      implementationOf: () => implementation,
      weightsOf: () => -1,
      bytesOf: (layout: number) => layout,
    });
    const layout = new OneDNN(library, false).packedBytes(8, n);
    assertEquals(layout < 0 ? undefined : strides[layout], isPadded ? [n + 16, 1] : undefined);
  }
});

Deno.test("weights that the library refuses stay a dense matrix, which sgemm multiplies", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let floats = new Float32Array(memory.buffer);
  [[1, 2, 3, 4], [1, 0, 1, 0, 1, 1], [10, 20, 30], [1, 1, 1, 1, 1, 1]].forEach((own, i) =>
    floats.set(own, 16 * i + 16)
  );
  const { library, executed } = stub(0);
  const refusals: number[][] = [];
  const { sgemm } = scalarProducts(memory, false);
  const products = new OneDNN(library, false, { sgemm, memory, refused: (...shape) => void refusals.push(shape) });
  assertEquals([products.packedBytes(2, 3), refusals], [24, []], "asking for a size calls nothing");
  products.pack(0, 2, 3, 128, 3, 512);
  assertEquals([executed.splice(0).length, refusals], [1, [[2, 3]]]);
  products.multiply(2, 3, 2, 64, 128, 192, 256, 1, 0);
  assertEquals([...floats.subarray(64, 70)], [12, 23, 34, 14, 25, 38]);
  memory.grow(1);
  floats = new Float32Array(memory.buffer);
  products.multiply(2, 3, 2, 64, 128, 192, 256, 0, 0);
  assertEquals([...floats.subarray(64, 70)], [11, 22, 33, 13, 24, 37]);
  products.multiply(2, 3, 2, 64, 128, 0, 256, 0, 0);
  assertEquals([[...floats.subarray(64, 70)], executed], [[1, 2, 3, 3, 4, 7], []]);
  products.multiply(2, 3, 2, 64, 128, 0, 256, 0, 1);
  // The library's activation follows the product.
  assertEquals(executed.length, 1);
  products.multiplyMatrices(0, 0, 0, 2, 3, 2, 64, 2, 128, 3, 256, 3, 0);
  assertEquals([[...floats.subarray(64, 70)], executed.length], [[1, 2, 3, 3, 4, 7], 1]);
});

Deno.test("bfloat16 weights that the library refuses are refused before anything multiplies them", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const refused = (): never => {
    throw new RangeError("no such weights");
  };
  const products = new OneDNN(stub(0).library, true, { ...scalarProducts(memory, true), memory, refused });
  assertEquals(products.packedBytes(7, 3), 24);
  assertThrows(() => products.pack(1, 7, 3, 0, 7, 0), RangeError, "no such weights");
  const inWorker = new OneDNN(stub(0).library, true, { ...scalarProducts(memory, true), memory });
  assertThrows(() => inWorker.pack(1, 7, 3, 0, 7, 0), RangeError, "multiply [1, 7] x [7, 3]: expected such a product");
  const missing = "multiply [4, 7] x [7, 3]: expected such a product in oneDNN, found none";
  assertThrows(() => products.multiply(4, 3, 7, 0, 0, 0, 0, 0, 0), RangeError, missing);
  assertThrows(() => products.multiplyMatrices(1, 0, 0, 4, 3, 7, 0, 7, 0, 3, 0, 3, 0), RangeError, missing);
});

Deno.test("primitives are made once for each shape and form", () => {
  const counts = stub(100);
  const products = new OneDNN(counts.library, false);
  for (let run = 0; run < 3; run++) {
    products.multiply(5, 3, 7, 0, 0, 0, 0, 0, 0);
    products.multiply(5, 3, 7, 0, 0, 64, 0, 0, 0);
    products.multiply(5, 3, 7, 0, 0, 0, 0, 1, 1);
    products.multiply(6, 3, 7, 0, 0, 0, 0, 0, 0);
  }
  assertEquals(counts.made, 4);
});

Deno.test("the number of primitives kept is bounded", () => {
  const counts = stub(1e9);
  const products = new OneDNN(counts.library, false);
  for (let m = 1; m <= 4097; m++) products.multiply(m, 3, 7, 0, 0, 0, 0, 0, 0);
  products.multiply(4097, 3, 7, 0, 0, 0, 0, 0, 0);
  assertEquals(counts.made, 4097);
  products.multiply(1, 3, 7, 0, 0, 0, 0, 0, 0);
  assertEquals(counts.made, 4098);
});

Deno.test("fewer primitives serve bfloat16 products of all numbers of rows", () => {
  const counts = stub(1e9);
  const products = new OneDNN(counts.library, true);
  for (let m = 1; m <= 3000; m++) products.multiplyMatrices(1, 0, 0, m, 3, 7, 0, 7, 0, 3, 0, 3, 0);
  // Multiples of 4, among them those of 16, and the other numbers below 16.
  assertEquals(counts.made, 3000 / 4 + 12);
});

/** A layout of a matrix: its type, its size, and the distances between rows and between columns. */
type Layout = readonly [type: number, rows: number, columns: number, strides: readonly number[]];

/** A library that multiplies bfloat16 matrices in a buffer in plain loops. */
function scalarLibrary(buffer: ArrayBuffer): OneDNNLibrary {
  const [floats, halves] = [new Float32Array(buffer), new Uint16Array(buffer)];
  const layouts: Layout[] = [];
  const made: { readonly parts: readonly number[]; readonly accumulate: boolean }[] = [];
  const library = {
    activationNumber: () => 0,
    matrix: (...layout: Layout) => layouts.push(layout) - 1,
    product: (parts: readonly number[], accumulate: boolean) => made.push({ parts, accumulate }) - 1,
    primitive: (address: number): Primitive => ({ address, memories: [], args: new BigUint64Array(), argsAddress: 0 }),
    temporarily: <T>(make: () => T): T => make(),
    execute: ({ address }: Primitive, a: number, b: number, c: number) => {
      const { parts, accumulate } = made[address];
      const [[, m, k, own], [, , n, other], , [, , , [pitch]]] = parts.map((layout) => layouts[layout] ?? []);
      const half = (at: number, [row, column]: readonly number[], r: number, s: number): number =>
        floatsOf(halves.subarray(at / 2 + r * row + s * column, at / 2 + r * row + s * column + 1))[0];
      for (let i = 0; i < m * n; i++) {
        const [row, column] = [Math.floor(i / n), i % n];
        let sum = accumulate ? floats[c / 4 + row * pitch + column] : 0;
        for (let p = 0; p < k; p++) sum += half(a, own, row, p) * half(b, other, p, column);
        floats[c / 4 + row * pitch + column] = sum;
      }
    },
  };
  return library as unknown as OneDNNLibrary;
}

Deno.test("the parts of a bfloat16 product make up the whole", () => {
  const [a, b, c, n] = [0, 16_384, 32_768, 3];
  for (const [m, k] of [[1, 1], [15, 17], [16, 8], [35, 5], [7, 53], [49, 50]]) {
    for (const [transposedA, transposedB, accumulate] of [[0, 0, 0], [0, 1, 1], [1, 0, 1]]) {
      const [lda, ldb, ldc] = [(transposedA ? m : k) + 2, (transposedB ? k : n) + 1, n + 3];
      const buffer = new ArrayBuffer(65_536);
      const [floats, halves] = [new Float32Array(buffer), new Uint16Array(buffer)];
      // Sums of products of small multiples of 1/8 are exact.
      const value = (i: number): number => (i * 37 % 19 - 9) / 8;
      for (let i = 0; i < c / 2; i++) halves[i] = bfloat16Bits(value(i));
      for (let i = c / 4; i < floats.length; i++) floats[i] = value(i);
      const expected = floats.slice(c / 4).map((before, i) => {
        const [row, column] = [Math.floor(i / ldc), i % ldc];
        if (row >= m || column >= n) return before;
        let sum = accumulate ? before : 0;
        for (let p = 0; p < k; p++) {
          sum += value(a / 2 + (transposedA ? p * lda + row : row * lda + p)) *
            value(b / 2 + (transposedB ? column * ldb + p : p * ldb + column));
        }
        return sum;
      });
      const sizes = [m, n, k, a, lda, b, ldb, c, ldc] as const;
      new OneDNN(scalarLibrary(buffer), true).multiplyMatrices(1, transposedA, transposedB, ...sizes, accumulate);
      assertEquals(floats.slice(c / 4), expected);
    }
  }
});
