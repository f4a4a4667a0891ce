import { assertEquals, assertThrows } from "@std/assert";
import { OneDNN } from "../../src/engine/native/onednn.ts";
import type { OneDNNLibrary, Primitive } from "../../src/engine/native/onednn_library.ts";

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
  const none = new OneDNN(stub(0).library, false);
  assertThrows(() => none.multiply(4, 3, 7, 0, 0, 0, 0, 0, 0), RangeError, "oneDNN has no product [1, 7] x [7, 3]");
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

Deno.test("fewer primitives serve products of all numbers of rows", () => {
  const counts = stub(1e9);
  const products = new OneDNN(counts.library, false);
  for (let m = 1; m <= 3000; m++) products.multiplyMatrices(0, 0, 0, m, 3, 7, 0, 7, 0, 3, 0, 3, 0);
  // Multiples of 4, among them those of 16, and the other numbers below 16.
  assertEquals(counts.made, 3000 / 4 + 12);
});
