import { assertWithin } from "../support/bounds.ts";
import { randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";
import { ctcLoss } from "../support/oracles/mod.ts";

/** Sequences of B, with labels of 0 to S classes of C without the blank, and frames from too few to T. */
interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly C: number;
  readonly S: number;
}

const CASES: readonly Sizes[] = [
  ...[1, 2, 5, 33].flatMap((C) => [1, 9].map((B) => ({ T: 7, B, C, S: C === 1 ? 0 : 4 }))),
  ...ODD_SIZES.map((T) => ({ T, B: 3, C: 4, S: 3 })),
  ...ODD_SIZES.map((S) => ({ T: 41, B: 2, C: 6, S })),
];

function makeCase({ T, B, C, S }: Sizes) {
  const blank = C >> 1;
  const sizes = Int32Array.from({ length: B }, (_, b) => Math.max(0, S - b));
  const labels = randomIntegers(2, B * S, 0, C - 1).map((c) => c < blank ? c : c + 1);
  const lengths = Int32Array.from({ length: B }, (_, b) => Math.max(0, T - b * b));
  const x = randomFloats(1, T * B * C, -4, 4);
  const own = Array.from(sizes, (size, b) => labels.slice(b * S, b * S + size));
  return { buffers: { x, lengths, labels, sizes }, own, blank };
}

Deno.test("ctc_loss and ctc_loss_backward agree with the oracle: losses within 8 roundings a frame, gradients within 1e-5", () => {
  for (const sizes of CASES) {
    const { T, B, C, S } = sizes;
    const { buffers, own, blank } = makeCase(sizes);
    const { losses, backward } = ctcLoss({ ...buffers, T, B, C, labels: own, blank });
    const alignments = new Float64Array(B * (T + 2) * (2 * S + 4)).fill(NaN);
    let filled = alignments;
    checkKernel({
      kernel: "ctc_loss",
      buffers: { ...buffers, alignments, losses: unwritten(B) },
      outputs: ["alignments", "losses"],
      operands: (at) => {
        return [T, B, C, S, blank, 0, at.x, at.lengths, at.labels, at.sizes, at.alignments, at.losses];
      },
    }, (results, what) => {
      assertWithin(results.losses, losses, { roundings: 8, magnitudes: losses.map((loss) => loss + T) }, what);
      filled = results.alignments as Float64Array<ArrayBuffer>;
    });
    const slopes = randomFloats(3, B);
    const before = randomFloats(4, T * B * C);
    checkKernel({
      kernel: "ctc_loss_backward",
      buffers: { ...buffers, alignments: filled, slopes, dx: before },
      outputs: ["alignments", "dx"],
      operands: (at) => {
        return [T, B, C, S, blank, at.x, at.lengths, at.labels, at.sizes, at.alignments, at.slopes, at.dx];
      },
    }, ({ dx }, what) => {
      const expected = backward(slopes).dx.map((d, i) => d + before[i]);
      assertWithin(dx, expected, { roundings: 1e-5 * 2 ** 24, magnitudes: expected.map((d) => Math.abs(d) + 1) }, what);
    });
  }
});
