import { assertAlmostEquals, assertEquals } from "@std/assert";
import { randomFloats, unwritten } from "../support/floats.ts";
import { BUILDS, checkKernel, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { philox, philoxHalves, type PhiloxStream, philoxUniform } from "../support/philox.ts";

/** Counter, key and words from Random123's `kat_vectors` for philox4x32-10. */
const KNOWN_ANSWERS = [
  [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const;

const STREAMS: readonly PhiloxStream[] = [
  { seedLow: 0, seedHigh: 0, stream: 0, step: 0 },
  { seedLow: 42, seedHigh: 0, stream: 7, step: 100_000 },
  { seedLow: 0xffffffff, seedHigh: 0xffffffff, stream: 0xffffffff, step: 0xffffffff },
  { seedLow: 0xa4093822, seedHigh: 0x299f31d0, stream: 0x03707344, step: 0x13198a2e },
];

function operandsOf({ seedLow, seedHigh, stream, step }: PhiloxStream): number[] {
  return [seedLow, seedHigh, stream, step];
}

Deno.test("the reference Philox4x32-10 matches Random123's known answers", () => {
  for (const [counter, key, words] of KNOWN_ANSWERS) assertEquals(philox(counter, key), [...words]);
});

Deno.test("random_uniform returns the upper 24 bits of Random123's known answer for counter 0 and key 0", () => {
  const expected = Float32Array.from(KNOWN_ANSWERS[0][2], (word) => (word >>> 8) / 2 ** 24);
  checkKernel({
    kernel: "random_uniform",
    buffers: { x: unwritten(4) },
    outputs: ["x"],
    operands: ({ x }) => [4, x, 0, 0, 0, 0],
  }, ({ x }) => assertEquals(x, expected));
});

Deno.test("random_uniform matches the reference bit by bit for any seed, stream and step", () => {
  for (const stream of STREAMS) {
    for (const n of [...ODD_SIZES, 1000]) {
      checkKernel({
        kernel: "random_uniform",
        buffers: { x: unwritten(n) },
        outputs: ["x"],
        operands: ({ x }) => [n, x, ...operandsOf(stream)],
      }, ({ x }) => assertEquals(x, philoxUniform(n, stream)));
    }
  }
});

Deno.test("dropout keeps the same elements as the reference, scaled by 1 / (1 - rate), in every repeat", () => {
  // The rate is one of the random numbers, to test equality in the comparison.
  const rate = philoxUniform(6, STREAMS[1])[5];
  const scale = Math.fround(1 / Math.fround(1 - rate));
  for (const repeats of [0, 1, 3]) {
    for (const period of ODD_SIZES) {
      const buffers = { x: randomFloats(1, repeats * period), y: randomFloats(2, repeats * period) };
      const uniform = philoxUniform(period, STREAMS[1]);
      for (const accumulate of [false, true]) {
        const expected = buffers.x.map((x, i) => {
          const dropped = Math.fround(x * (uniform[i % period] >= rate ? scale : 0));
          return accumulate ? dropped + buffers.y[i] : dropped;
        });
        checkKernel({
          kernel: "dropout",
          buffers,
          outputs: ["y"],
          operands: ({ x, y }) => [repeats, period, rate, x, y, +accumulate, ...operandsOf(STREAMS[1])],
        }, ({ y }) => assertEquals(y.map(unsigned), expected.map(unsigned)));
      }
    }
  }
});

Deno.test("drop_weights keeps the elements whose 16 bits of the reference are at least the rate", () => {
  for (const stream of STREAMS) {
    for (const n of ODD_SIZES) {
      const buffers = { x: randomFloats(1, n), y: randomFloats(2, n) };
      const halves = philoxHalves(n, stream);
      // The rate of one of the elements, to test equality in the comparison.
      for (const rate of [0.5, 0.3, (halves[2] ?? 0) / 65536]) {
        const scale = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
        for (const accumulate of [false, true]) {
          const expected = buffers.x.map((x, i) => {
            const dropped = halves[i] >= Math.round(rate * 65536) ? Math.fround(x * scale) : 0;
            return accumulate ? dropped + buffers.y[i] : dropped;
          });
          checkKernel({
            kernel: "drop_weights",
            buffers,
            outputs: ["y"],
            operands: ({ x, y }) => [n, rate, x, y, +accumulate, ...operandsOf(stream)],
          }, ({ y }) => assertEquals(y.map(unsigned), expected.map(unsigned)));
        }
      }
    }
  }
});

/** Replaces -0 with 0. */
function unsigned(x: number): number {
  return x + 0;
}

Deno.test("dropout of 200,000 elements keeps the mean within 0.01 and matches the rate within 0.005", () => {
  const n = 200_000;
  for (const build of BUILDS) {
    for (const rate of [0, 0.1, 0.5, 0.9]) {
      const { y } = runKernel(build, 1, {
        kernel: "dropout",
        buffers: { x: new Float32Array(n).fill(1), y: unwritten(n) },
        outputs: ["y"],
        operands: ({ x, y }) => [1, n, rate, x, y, 0, ...operandsOf(STREAMS[1])],
      });
      const values = Array.from(y);
      assertAlmostEquals(values.reduce((sum, v) => sum + v, 0) / n, 1, 0.01);
      assertAlmostEquals(values.filter((v) => v === 0).length / n, rate, 0.005);
    }
  }
});
