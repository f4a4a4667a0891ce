import { assertEquals } from "@std/assert";
import { picture_patches, picture_patches_backward } from "../support/float64_backend/pictures.ts";
import { randomFloats } from "../support/floats.ts";
import { checkKernel } from "../support/kernel_contract.ts";

/** Pictures [N, H, W, C], filters of K x K, stride and padding. */
const SIZES: readonly (readonly [number, number, number, number, number, number, number])[] = [
  [1, 1, 1, 1, 1, 1, 0],
  [3, 5, 4, 2, 3, 2, 1],
  [2, 3, 7, 1, 5, 1, 4],
  [5, 6, 6, 3, 2, 3, 0],
  [1, 2, 3, 5, 3, 1, 2],
];

const UNWRITTEN = 77;

for (const [N, H, W, C, K, stride, padding] of SIZES) {
  const [OH, OW] = [H, W].map((size) => Math.floor((size + 2 * padding - K) / stride) + 1);
  const sizes = [N, H, W, C, OH, OW, K, stride, padding] as const;
  const [inside, covered] = [N * H * W * C, N * OH * OW * K * K * C];

  Deno.test(`picture_patches copies what filters cover, for pictures of ${[N, H, W, C]} and filters of ${K}`, () => {
    const x = randomFloats(1, inside);
    const expected = new Float64Array(covered);
    picture_patches(...sizes, Float64Array.from(x), expected);
    checkKernel({
      kernel: "picture_patches",
      buffers: { x, patches: new Float32Array(covered).fill(UNWRITTEN) },
      outputs: ["patches"],
      operands: ({ x, patches }) => [...sizes, x, patches],
    }, ({ patches }) => assertEquals(patches, Float32Array.from(expected)));
  });

  Deno.test(`picture_patches_backward adds every gradient, for pictures of ${[N, H, W, C]} and filters of ${K}`, () => {
    // Multiples of a power of 2, whose sums are exact in any order.
    const exact = (seed: number, count: number): Float32Array =>
      randomFloats(seed, count).map((v) => Math.round(v * 64));
    const [dpatches, dx] = [exact(2, covered), exact(3, inside)];
    const expected = Float64Array.from(dx);
    picture_patches_backward(...sizes, Float64Array.from(dpatches), expected);
    checkKernel({
      kernel: "picture_patches_backward",
      buffers: { dpatches, dx },
      outputs: ["dx"],
      operands: ({ dpatches, dx }) => [...sizes, dpatches, dx],
    }, ({ dx }) => assertEquals(dx, Float32Array.from(expected)));
  });
}
