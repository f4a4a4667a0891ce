import { assertEquals } from "@std/assert";
import { assertWithin } from "../support/bounds.ts";
import { absolutes, randomFloats, unwritten, withPitch } from "../support/floats.ts";
import { checkKernel, checkScratch, ODD_SIZES } from "../support/kernel_contract.ts";
import { matmul } from "../support/oracles/mod.ts";
import { packPanels } from "../support/panels.ts";

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposedA: boolean;
  readonly transposedB: boolean;
  /** Padding of each row in memory, in floats. */
  readonly gap: number;
}

/**
 * A product's operands with their gaps, the exact result with and without accumulation, and the magnitudes for its
 * error bound.
 */
function makeProduct({ m, n, k, transposedA, transposedB, gap }: Product) {
  const [a, b, c] = [randomFloats(1, m * k), randomFloats(2, k * n), randomFloats(3, m * n)];
  const shape = { M: m, N: n, K: k, transposeA: transposedA, transposeB: transposedB };
  const [widthA, widthB] = [transposedA ? m : k, transposedB ? k : n];
  return {
    lda: widthA + gap,
    ldb: widthB + gap,
    ldc: n + gap,
    a: withPitch(a, widthA, widthA + gap, NaN),
    b: withPitch(b, widthB, widthB + gap, NaN),
    c: withPitch(c, n, n + gap, 77),
    product: matmul({ a, b, ...shape }).output,
    magnitudes: matmul({ a: absolutes(a), b: absolutes(b), ...shape }).output,
  };
}

/** The expected C: the product, plus C itself if accumulating, with unchanged gaps. */
function expectedC(made: ReturnType<typeof makeProduct>, n: number, accumulate: boolean) {
  const { c, ldc, product, magnitudes } = made;
  const expected = Float64Array.from(c);
  const allowed = new Float64Array(c.length);
  product.forEach((value, i) => {
    const at = Math.floor(i / n) * ldc + i % n;
    expected[at] = accumulate ? c[at] + value : value;
    allowed[at] = magnitudes[i] + (accumulate ? Math.abs(c[at]) : 0);
  });
  return { expected, magnitudes: allowed };
}

function checkProduct(product: Product): void {
  const { m, n, k, transposedA, transposedB } = product;
  const made = makeProduct(product);
  for (const accumulate of [false, true]) {
    const { expected, magnitudes } = expectedC(made, n, accumulate);
    checkKernel({
      kernel: "matmul",
      buffers: { a: made.a, b: made.b, c: made.c },
      outputs: ["c"],
      usesScratch: true,
      operands: (
        { a, b, c, scratch },
      ) => [+transposedA, +transposedB, m, n, k, a, made.lda, b, made.ldb, c, made.ldc, +accumulate, scratch],
    }, ({ c }, what) => assertWithin(c, expected, { roundings: k + 1, magnitudes }, `${what} ${m}x${n}x${k}`));
  }
}

/** Larger than the blocks of 190 rows, 512 columns and 384 summands, and not multiples of anything. */
const LARGE = [[97, 9, 5], [5, 521, 7], [3, 9, 787], [101, 515, 389], [200, 13, 386], [1, 77, 400], [
  1,
  9,
  14_600,
]] as const;

const TRANSPOSITIONS = [["A B", false, false], ["A B^T", false, true], ["A^T B", true, false]] as const;

for (const [name, transposedA, transposedB] of TRANSPOSITIONS) {
  Deno.test(`matmul: ${name} at odd sizes is within k + 1 roundings of |A| |B|`, () => {
    for (const [i, m] of ODD_SIZES.entries()) {
      for (const [j, n] of ODD_SIZES.entries()) {
        const k = ODD_SIZES[(i + 2 * j) % ODD_SIZES.length];
        checkProduct({ m, n, k, transposedA, transposedB, gap: (i + j) % 3 });
      }
    }
  });

  Deno.test(`matmul: ${name} with several blocks is within k + 1 roundings of |A| |B|`, () => {
    for (const [m, n, k] of LARGE) checkProduct({ m, n, k, transposedA, transposedB, gap: 3 });
  });
}

Deno.test("pack stores B or B^T in panels of 8 columns, padded with zeros", () => {
  for (const transposed of [false, true]) {
    for (const k of ODD_SIZES) {
      for (const n of ODD_SIZES) {
        const matrix = randomFloats(4, k * n);
        const width = transposed ? k : n;
        const expected = packPanels(matrix, k, n, transposed);
        checkKernel({
          kernel: "pack",
          buffers: { b: withPitch(matrix, width, width + 2, NaN), packed: unwritten(expected.length) },
          outputs: ["packed"],
          operands: ({ b, packed }) => [+transposed, k, n, b, width + 2, packed],
        }, ({ packed }) => assertEquals(packed, expected));
      }
    }
  }
});

Deno.test("transpose_matrix transposes a matrix exactly", () => {
  for (const rows of ODD_SIZES) {
    for (const columns of ODD_SIZES) {
      const from = randomFloats(4, rows * columns);
      checkKernel({
        kernel: "transpose_matrix",
        buffers: { from, to: unwritten(from.length) },
        outputs: ["to"],
        operands: ({ from, to }) => [rows, columns, from, to],
      }, ({ to }) => assertEquals(to, from.map((_, i) => from[i % rows * columns + Math.floor(i / rows)])));
    }
  }
});

function checkPackedProduct(m: number, n: number, k: number): void {
  const made = makeProduct({ m, n, k, transposedA: false, transposedB: false, gap: 2 });
  const panels = packPanels(randomFloats(2, k * n), k, n, false);
  for (const accumulate of [false, true]) {
    const { expected, magnitudes } = expectedC(made, n, accumulate);
    checkKernel({
      kernel: "matmul_packed",
      buffers: { a: made.a, panels, c: made.c },
      outputs: ["c"],
      usesScratch: true,
      operands: ({ a, panels, c, scratch }) => [m, n, k, a, made.lda, panels, c, made.ldc, +accumulate, scratch],
    }, ({ c }, what) => assertWithin(c, expected, { roundings: k + 1, magnitudes }, `${what} ${m}x${n}x${k}`));
  }
}

Deno.test("matmul_packed is within k + 1 roundings of |A| |B|", () => {
  for (const [i, m] of ODD_SIZES.entries()) {
    for (const [j, n] of ODD_SIZES.entries()) checkPackedProduct(m, n, ODD_SIZES[(i + 2 * j) % ODD_SIZES.length]);
  }
  for (const [m, n, k] of LARGE) checkPackedProduct(m, n, k);
});

Deno.test("every worker of a product uses only its own scratch memory", () => {
  const [m, n, k] = [20, 27, 5];
  const buffers = { a: randomFloats(1, m * k), b: randomFloats(2, k * n), c: unwritten(m * n) };
  checkScratch({
    kernel: "matmul",
    buffers,
    outputs: ["c"],
    usesScratch: true,
    operands: ({ a, b, c, scratch }) => [0, 0, m, n, k, a, k, b, n, c, n, 0, scratch],
  });
  // A packed product uses scratch memory for its last panel only, in a single worker: the rows are shared elsewhere.
  const H = 5;
  const sizes = Int32Array.of(9, 9);
  checkScratch({
    kernel: "rnn_forward",
    buffers: {
      sizes,
      h: randomFloats(3, 18 * H),
      bias: randomFloats(4, H),
      panels: packPanels(randomFloats(5, H * H), H, H, true),
    },
    outputs: ["h"],
    usesScratch: true,
    operands: ({ sizes, h, bias, panels, scratch }) => [0, 2, sizes, H, h, 0, bias, panels, 0, scratch],
  });
});
