import { assertWithin } from "../support/bounds.ts";
import { absolutes, randomFloats, unwritten } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";
import { matmul } from "../support/oracles/mod.ts";

const TRANSPOSITIONS = [["A B", 0, 0], ["A B^T", 0, 1], ["A^T B", 1, 0]] as const;

for (const [name, transposedA, transposedB] of TRANSPOSITIONS) {
  Deno.test(`batched_matmul: ${name} of interleaved matrices is within k + 1 roundings of |A| |B|`, () => {
    for (const [i, m] of ODD_SIZES.entries()) {
      for (const [j, n] of ODD_SIZES.entries()) {
        checkBatch({
          m,
          n,
          k: ODD_SIZES[(i + 2 * j) % ODD_SIZES.length],
          count: (i + j) % 5,
          transposedA,
          transposedB,
        });
      }
    }
  });
}

/** Matrices whose rows alternate in memory, as those of the sequences in [T, B, D] do. */
function checkBatch(
  { m, n, k, count, transposedA, transposedB }: Record<
    "m" | "n" | "k" | "count" | "transposedA" | "transposedB",
    number
  >,
): void {
  const [widthA, widthB] = [transposedA ? m : k, transposedB ? k : n];
  const [a, b, c] = [randomFloats(1, count * m * k), randomFloats(2, count * k * n), randomFloats(3, count * m * n)];
  const own = (x: Float32Array, width: number, i: number): Float32Array =>
    x.filter((_, at) => Math.floor(at / width) % count === i);
  const shape = { M: m, N: n, K: k, transposeA: !!transposedA, transposeB: !!transposedB };
  const expected = Float64Array.from(c);
  const magnitudes = absolutes(c);
  for (let i = 0; i < count; i++) {
    const [left, right] = [own(a, widthA, i), own(b, widthB, i)];
    const { output } = matmul({ a: left, b: right, ...shape });
    const sizes = matmul({ a: absolutes(left), b: absolutes(right), ...shape }).output;
    output.forEach((value, at) => {
      const place = (Math.floor(at / n) * count + i) * n + at % n;
      expected[place] += value;
      magnitudes[place] += sizes[at];
    });
  }
  checkKernel({
    kernel: "batched_matmul",
    buffers: { a, b, c },
    outputs: ["c"],
    usesScratch: true,
    operands: ({ a, b, c, scratch }) => [
      ...[count, transposedA, transposedB, m, n, k],
      ...[a, count * widthA, widthA, b, count * widthB, widthB, c, count * n, n, 1, scratch],
    ],
  }, ({ c }, what) => assertWithin(c, expected, { roundings: k + 1, magnitudes }, `${what} ${m}x${n}x${k}`));
}

const SHAPES = ODD_SIZES.flatMap((A, i) => ODD_SIZES.slice(1, 6).map((T, j) => ({ A, T, S: i % 4 + 1, B: j % 3 + 1 })));

/** Roundings of tanh and the surrounding operations, relative to the sum of |v|. */
const TANH_ROUNDINGS = 8;

Deno.test("additive_scores is within A + 8 roundings of |v|", () => {
  for (const { A, T, S, B } of SHAPES) {
    const [q, k, v] = [randomFloats(1, T * B * A, -2, 2), randomFloats(2, S * B * A, -2, 2), randomFloats(3, A)];
    const expected = new Float64Array(B * T * S);
    forPairs({ B, T, S, A }, ({ pair, a, i, j }) => expected[pair] += v[a] * Math.tanh(q[i] + k[j]));
    const total = v.reduce((sum, value) => sum + Math.abs(value), 0);
    checkKernel({
      kernel: "additive_scores",
      buffers: { q, k, v, scores: unwritten(B * T * S) },
      outputs: ["scores"],
      operands: ({ q, k, v, scores }) => [B, T, S, A, q, k, v, scores],
    }, ({ scores }, what) =>
      assertWithin(scores, expected, {
        roundings: A + TANH_ROUNDINGS,
        magnitudes: new Float64Array(expected.length).fill(3 * total),
      }, what));
  }
});

Deno.test("additive_scores_backward is within T S B + 8 roundings of the sums of the terms' magnitudes", () => {
  for (const { A, T, S, B } of SHAPES) {
    const [q, k, v] = [randomFloats(1, T * B * A, -2, 2), randomFloats(2, S * B * A, -2, 2), randomFloats(3, A)];
    // Pairs with a zero gradient are skipped.
    const dScores = randomFloats(4, B * T * S).map((d, i) => i % 3 === 1 ? 0 : d);
    const start = { dq: randomFloats(5, q.length), dk: randomFloats(6, k.length), dv: randomFloats(7, A) };
    const expected = Object.fromEntries(Object.entries(start).map(([name, x]) => [name, Float64Array.from(x)]));
    const sizes = Object.fromEntries(Object.entries(start).map(([name, x]) => [name, absolutes(x)]));
    forPairs({ B, T, S, A }, ({ pair, a, i, j }) => {
      const u = Math.tanh(q[i] + k[j]);
      const d = dScores[pair] * v[a] * (1 - u * u);
      for (
        const [name, at, value, size] of [
          ["dq", i, d, dScores[pair] * v[a]],
          ["dk", j, d, dScores[pair] * v[a]],
          ["dv", a, dScores[pair] * u, dScores[pair]],
        ] as const
      ) {
        expected[name][at] += value;
        sizes[name][at] += 3 * Math.abs(size);
      }
    });
    checkKernel(
      {
        kernel: "additive_scores_backward",
        buffers: { q, k, v, dScores, ...start },
        outputs: ["dq", "dk", "dv"],
        operands: ({ q, k, v, dScores, dq, dk, dv }) => [B, T, S, A, q, k, v, dScores, dq, dk, dv],
      },
      (results, what) => {
        for (const name of ["dq", "dk", "dv"] as const) {
          const bound = { roundings: T * S * B + TANH_ROUNDINGS, magnitudes: sizes[name] };
          assertWithin(results[name], expected[name], bound, `${what} ${name}`);
        }
      },
    );
  }
});

/** Calls `visit` with the offsets of every query-key pair of one sequence, element by element. */
function forPairs(
  { B, T, S, A }: Record<"B" | "T" | "S" | "A", number>,
  visit: (at: { pair: number; a: number; i: number; j: number }) => void,
): void {
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let s = 0; s < S; s++) {
        for (let a = 0; a < A; a++) {
          visit({ pair: (b * T + t) * S + s, a, i: (t * B + b) * A + a, j: (s * B + b) * A + a });
        }
      }
    }
  }
}
