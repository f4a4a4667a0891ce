import { assertEquals } from "@std/assert";
import { assertWithin } from "../support/bounds.ts";
import { randomFloats, randomIntegers, unwritten, withPitch } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";

type Quad = readonly [number, number, number, number];

interface StridedCopy {
  readonly extents: Quad;
  readonly from: Quad;
  readonly to: Quad;
}

/** Adds or copies element by element, rounding to 32-bit floats. */
function copyTwin({ extents, from, to }: StridedCopy, x: Float32Array, y: Float32Array, accumulate: boolean) {
  const result = y.slice();
  const count = extents.reduce((product, extent) => product * extent, 1);
  for (let i = 0; i < count; i++) {
    let rest = i, source = 0, target = 0;
    for (let d = 3; d >= 0; d--) {
      source += (rest % extents[d]) * from[d];
      target += (rest % extents[d]) * to[d];
      rest = Math.floor(rest / extents[d]);
    }
    result[target] = accumulate ? result[target] + x[source] : x[source];
  }
  return result;
}

function checkCopy(copy: StridedCopy): void {
  const size = (strides: Quad) => 1 + strides.reduce((sum, s, d) => sum + s * Math.max(0, copy.extents[d] - 1), 0);
  const buffers = { x: randomFloats(1, size(copy.from)), y: randomFloats(2, size(copy.to)) };
  for (const accumulate of [false, true]) {
    checkKernel({
      kernel: "copy_strided",
      buffers,
      outputs: ["y"],
      operands: ({ x, y }) => [...copy.extents, x, ...copy.from, y, ...copy.to, +accumulate],
    }, ({ y }) => assertEquals(y, copyTwin(copy, buffers.x, buffers.y, accumulate)));
  }
}

Deno.test("copy_strided copies and adds contiguous rows exactly", () => {
  for (const n of ODD_SIZES) checkCopy({ extents: [2, 1, 3, n], from: [3 * n, 0, n, 1], to: [3 * n + 5, 0, n + 1, 1] });
});

Deno.test("copy_strided transposes exactly", () => {
  for (const n of ODD_SIZES) checkCopy({ extents: [1, 2, 3, n], from: [0, 3 * n, 1, 3], to: [0, 3 * n, n, 1] });
});

Deno.test("copy_strided repeats elements if a source stride is 0", () => {
  for (const n of ODD_SIZES) checkCopy({ extents: [2, 3, n, 5], from: [5, 0, 0, 1], to: [15 * n, 5 * n, 5, 1] });
});

Deno.test("copy_strided adds in ascending order if a target stride is 0", () => {
  for (const n of ODD_SIZES) checkCopy({ extents: [2, 3, n, 5], from: [15 * n, 5 * n, 5, 1], to: [5, 0, 0, 1] });
  for (const n of ODD_SIZES) checkCopy({ extents: [1, 1, 2, n], from: [0, 0, n, 1], to: [0, 0, 0, 0] });
});

Deno.test("gather_rows copies rows exactly and writes zeros for negative indexes", () => {
  for (const width of ODD_SIZES) {
    for (const rows of ODD_SIZES) {
      const table = randomFloats(3, 6 * width);
      const index = randomIntegers(4, rows, -1, 6);
      const expected = [...index].flatMap((i) =>
        i < 0 ? new Array(width).fill(0) : [...table.subarray(i * width, (i + 1) * width)]
      );
      checkKernel({
        kernel: "gather_rows",
        buffers: { index, table, to: unwritten(rows * width) },
        outputs: ["to"],
        operands: ({ index, table, to }) => [rows, width, index, table, to],
      }, ({ to }) => assertEquals(to, Float32Array.from(expected)));
    }
  }
});

Deno.test("scatter_add_rows adds exactly in ascending order and skips negative indexes", () => {
  for (const width of ODD_SIZES) {
    for (const rows of ODD_SIZES) {
      const buffers = {
        index: randomIntegers(5, rows, -1, 4),
        from: randomFloats(6, rows * width),
        to: randomFloats(7, 4 * width),
      };
      const expected = buffers.to.slice();
      buffers.index.forEach((target, r) => {
        for (let j = 0; j < width && target >= 0; j++) expected[target * width + j] += buffers.from[r * width + j];
      });
      checkKernel({
        kernel: "scatter_add_rows",
        buffers,
        outputs: ["to"],
        operands: ({ index, from, to }) => [rows, width, index, from, to],
      }, ({ to }) => assertEquals(to, expected));
    }
  }
});

Deno.test("zero_spans writes zeros to the floats of spans and to no others", () => {
  for (const spans of [[], [0, 1], [3, 4, 5, 9], [0, 33], [1, 2, 3, 4, 5, 6, 8, 20, 32, 33]]) {
    const x = randomFloats(8, 33);
    const expected = x.slice();
    for (let i = 0; i < spans.length; i += 2) expected.fill(0, spans[i], spans[i + 1]);
    checkKernel({
      kernel: "zero_spans",
      buffers: { spans: Int32Array.from(spans), x },
      outputs: ["x"],
      operands: (at) => [33, spans.length / 2, at.spans, at.x],
    }, ({ x }) => assertEquals(x, expected));
  }
});

Deno.test("add_bias is correctly rounded", () => {
  for (const n of ODD_SIZES) {
    for (const rows of ODD_SIZES) {
      const buffers = { b: randomFloats(8, n), y: randomFloats(9, rows * n) };
      checkKernel(
        { kernel: "add_bias", buffers, outputs: ["y"], operands: ({ b, y }) => [rows, n, b, y] },
        ({ y }) => assertEquals(y, buffers.y.map((value, i) => value + buffers.b[i % n])),
      );
    }
  }
});

Deno.test("add_row_sums is within one rounding per row of the sums of magnitudes", () => {
  for (const n of ODD_SIZES) {
    for (const rows of ODD_SIZES) {
      const matrix = randomFloats(10, rows * n);
      const buffers = { x: withPitch(matrix, n, n + 3, NaN), sums: randomFloats(11, n) };
      const expected = Float64Array.from(buffers.sums);
      const magnitudes = expected.map(Math.abs);
      matrix.forEach((value, i) => {
        expected[i % n] += value;
        magnitudes[i % n] += Math.abs(value);
      });
      checkKernel({
        kernel: "add_row_sums",
        buffers,
        outputs: ["sums"],
        operands: ({ x, sums }) => [rows, n, x, n + 3, sums],
      }, ({ sums }, what) => assertWithin(sums, expected, { roundings: rows, magnitudes }, what));
    }
  }
});
