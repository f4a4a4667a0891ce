import { assertNormal } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten } from "../support/floats.ts";
import { checkKernel, type KernelCase, type Numbers, type Results, runKernel } from "../support/kernel_contract.ts";
import { mogrifier } from "../support/oracles/mod.ts";
import { PackedBatch } from "../support/packed_batch.ts";
import { packPanels } from "../support/panels.ts";
import { BATCHES } from "../support/time_loop_case.ts";

/** Sizes and buffers of the loops. */
interface Options {
  readonly E: number;
  readonly H: number;
  readonly rounds: number;
  readonly batch: PackedBatch;
  /** Whether the hidden states of every step receive a gradient, or only the final states. Default: true. */
  readonly everyStep?: boolean;
  /** The largest weight of a round. Default: 1. */
  readonly most?: number;
  /** The numbers that a native library multiplies. Default: products run in WebAssembly. */
  readonly native?: "floats" | "halves";
}

/** Draws the operands of both loops and runs the float64 oracle on them. */
function makeCase({ E, H, rounds, batch, everyStep = true, most = 1, native }: Options) {
  const { B, T, rows, lengths } = batch;
  const [X, Y] = [Math.ceil(rounds / 2), Math.floor(rounds / 2)];
  const [x, bias] = [randomFloats(1, rows * E), randomFloats(2, 4 * H)];
  const states = { h0: randomFloats(3, B * H), c0: randomFloats(4, B * H) };
  const slopes = { dOutput: randomFloats(5, everyStep ? rows * H : 0), dh: randomFloats(6, B * H) };
  const dc = randomFloats(7, B * H);
  const weights = {
    weight_ih: randomFloats(8, 4 * H * E, -0.5, 0.5),
    weight_hh: randomFloats(9, 4 * H * H, -0.5, 0.5),
    weight_q: randomFloats(10, X * E * H, -most, most),
    weight_r: randomFloats(11, Y * H * E, -most, most),
  };
  const run = mogrifier({
    x: batch.pad(x, E),
    T,
    B,
    I: E,
    H,
    lengths,
    weights: { ...weights, bias_ih: bias },
    ...states,
  });
  const gradients = run.backward(everyStep ? batch.pad(slopes.dOutput, H) : null, slopes.dh, dc);
  /** Packs matrices [n, k] one behind the other, or their transposes. */
  const pack = (all: Float32Array, n: number, k: number, transposed: boolean): Float32Array => {
    const parts = Array.from({ length: all.length / (n * k) }, (_, i) => {
      const matrix = all.subarray(i * n * k, (i + 1) * n * k);
      const panels = transposed ? packPanels(matrix, k, n, true) : packPanels(matrix, n, k, false);
      if (!native) return panels;
      // The library's layout is a dense matrix, in the room of the panels.
      const dense = matrix.map((_, j) => transposed ? matrix[(j % n) * k + Math.floor(j / n)] : matrix[j]);
      return Float32Array.of(...dense, ...panels.subarray(dense.length));
    });
    return Float32Array.from(parts.flatMap((part) => [...part]));
  };
  const packed = (transposed: boolean) => ({
    ih: pack(weights.weight_ih, 4 * H, E, transposed),
    hh: pack(weights.weight_hh, 4 * H, H, transposed),
    q: pack(weights.weight_q, E, H, transposed),
    r: pack(weights.weight_r, H, E, transposed),
  });
  return { E, H, rounds, X, Y, batch, native, x, bias, ...states, ...slopes, dc, packed, run, gradients };
}

type Made = ReturnType<typeof makeCase>;
type Factor = "ih" | "hh" | "q" | "r" | "half";

/** Returns the operands that end both loops. */
function lastOperands(
  { native, X, Y }: Made,
  { q, r }: { readonly q: Float32Array; readonly r: Float32Array },
  at: Readonly<Record<Factor | "scratch", number>>,
): number[] {
  const room = native === "halves" ? at.half : 0;
  return [at.ih, at.hh, at.q, q.length / X, at.r, Y > 0 ? r.length / Y : 0, room, at.scratch];
}

type Saved = "xs" | "hs" | "scalesX" | "scalesH" | "gates" | "h" | "c" | "tanhC";

function forwardCase(made: Made): KernelCase<Saved | "sizes" | "x" | "h0" | "c0" | "bias" | Factor> {
  const { E, H, rounds, X, Y, batch: { T, B, sizes, rows }, native, x, h0, c0, bias } = made;
  const packed = made.packed(true);
  return {
    kernel: "mogrifier_forward",
    native,
    buffers: {
      ...{ sizes, x, xs: unwritten(X * rows * E), hs: unwritten((1 + Y) * rows * H) },
      ...{ scalesX: unwritten(X * rows * E), scalesH: unwritten(Y * rows * H), gates: unwritten(rows * 4 * H) },
      ...{ h: unwritten(rows * H), c: unwritten(rows * H), tanhC: unwritten(rows * H) },
      ...{ h0, c0, bias, ...packed, half: new Uint16Array(B * (4 * H + E)) },
    },
    outputs: ["xs", "hs", "scalesX", "scalesH", "gates", "h", "c", "tanhC", "half"],
    usesScratch: true,
    operands: (at) => {
      const saved = [at.xs, at.hs, at.scalesX, at.scalesH, at.gates, at.h, at.c, at.tanhC];
      return [T, at.sizes, E, H, rounds, at.x, ...saved, at.h0, at.c0, at.bias, ...lastOperands(made, packed, at)];
    },
  };
}

function backwardCase(
  made: Made,
  saved: Readonly<Record<Saved, Numbers>>,
): KernelCase<Exclude<Saved, "h"> | "sizes" | "c0" | "dOutput" | "dh" | "dc" | "dx" | Factor> {
  const { E, H, rounds, batch: { T, B, sizes, rows }, native, c0, dOutput, dh, dc } = made;
  const { h: _, ...others } = saved;
  const packed = made.packed(false);
  return {
    kernel: "mogrifier_backward",
    native,
    buffers: {
      ...{ sizes, ...others, c0, dOutput, dh, dc, dx: unwritten(rows * E) },
      ...{ ...packed, half: new Uint16Array(B * (4 * H + E)) },
    },
    outputs: ["scalesX", "scalesH", "gates", "dh", "dc", "dx", "half"],
    usesScratch: true,
    operands: (at) => {
      const before = [at.xs, at.hs, at.scalesX, at.scalesH, at.gates, at.c, at.tanhC, at.c0];
      const slopes = [dOutput.length > 0 ? at.dOutput : 0, at.dh, at.dc, at.dx];
      return [T, at.sizes, E, H, rounds, ...before, ...slopes, ...lastOperands(made, packed, at)];
    },
  };
}

/** Returns left^T right, [m, n], for each pair of blocks of `rows` rows. */
function products(left: Numbers, right: Numbers, [m, n, rows]: readonly number[]): Float64Array {
  const blocks = left.length / (rows * m);
  const sums = new Float64Array(blocks * m * n);
  for (let i = 0; i < sums.length; i++) {
    const [block, row, column] = [Math.floor(i / (m * n)), Math.floor(i / n) % m, i % n];
    for (let r = block * rows; r < (block + 1) * rows; r++) sums[i] += left[r * m + row] * right[r * n + column];
  }
  return sums;
}

/**
 * Runs a kernel and compares its results. Which inputs of bfloat16 products the room for them ends with depends on the
 * number of workers, so those runs are not compared bit by bit.
 */
function runEach<Name extends string>(
  kernelCase: KernelCase<Name>,
  compare: (results: Results<Name>, what: string) => void,
): void {
  if (kernelCase.native !== "halves") return checkKernel(kernelCase, compare);
  for (const workers of [1, 3]) compare(runKernel("plain", workers, kernelCase), `${workers} workers`);
}

function check(options: Options, tolerance = 3e-6): void {
  const made = makeCase(options);
  const { E, H, X, Y, batch, batch: { rows }, run, gradients } = made;
  const assertNear = (actual: Numbers, expected: ArrayLike<number>, name: string): void => {
    assertAllClose(actual, expected, { tolerance, name });
  };
  const forward = forwardCase(made);
  runEach(forward, ({ h, c }, what) => {
    assertNear(h, batch.pack(run.output, H), what);
    assertNear(batch.last(c as Float32Array, H), run.cN, what);
  });
  const saved = runKernel("plain", 1, forward);
  runEach(backwardCase(made, saved), ({ gates, scalesX, scalesH, dx, dh, dc }, what) => {
    assertNear(dx, batch.pack(gradients.dx, E), `${what}: dx`);
    assertNear(dh, gradients.dh0, `${what}: dh`);
    assertNear(dc, gradients.dc0, `${what}: dc`);
    assertNear(products(scalesX, saved.hs, [E, H, rows]), gradients.dWeight_q, `${what}: dQ`);
    assertNear(products(scalesH, saved.xs, [H, E, rows]), gradients.dWeight_r, `${what}: dR`);
    const last = { x: saved.xs.slice((X - 1) * rows * E), h: saved.hs.slice(Y * rows * H) };
    assertNear(products(gates, last.x, [4 * H, E, rows]), gradients.dWeight_ih, `${what}: dW_ih`);
    assertNear(products(gates, last.h, [4 * H, H, rows]), gradients.dWeight_hh, `${what}: dW_hh`);
  });
}

Deno.test("mogrifier_forward and mogrifier_backward are within 3e-6", () => {
  for (const [E, H, rounds] of [[1, 1, 5], [3, 9, 1], [8, 4, 2], [5, 7, 5], [17, 33, 3]]) {
    for (const batch of BATCHES) check({ E, H, rounds, batch, everyStep: rounds > 1 });
  }
  check({ E: 260, H: 9, rounds: 2, batch: new PackedBatch(2, [2, 1]), most: 0.1 });
});

Deno.test("mogrifier_forward and mogrifier_backward with native products are within 3e-6, in bfloat16 within 0.1", () => {
  for (const [E, H] of [[3, 9], [8, 4]]) {
    for (const batch of BATCHES) {
      check({ E, H, rounds: 3, batch, native: "floats" });
      check({ E, H, rounds: 3, batch, native: "halves" }, 0.1);
    }
  }
});

Deno.test("mogrifier_forward and mogrifier_backward store no subnormal numbers, whatever rounds are closed", () => {
  for (const most of [60, 90, 150]) {
    const made = makeCase({ E: 5, H: 3, rounds: 4, batch: BATCHES[2], most });
    made.dOutput.forEach((value, i) => made.dOutput[i] = value * 1e-20);
    const forward = forwardCase(made);
    checkKernel(forward, ({ xs, hs, scalesX, scalesH, gates, h }, what) => {
      for (const values of [xs, hs, scalesX, scalesH, gates, h]) assertNormal(values, what);
    });
    checkKernel(backwardCase(made, runKernel("plain", 1, forward)), ({ scalesX, scalesH, gates }, what) => {
      for (const values of [scalesX, scalesH, gates]) assertNormal(values, what);
    });
  }
});

Deno.test("mogrify is a round of mogrifier_forward", () => {
  for (const n of [1, 4, 7, 33]) {
    const [s, from] = [randomFloats(1, n, -4, 4), randomFloats(2, n)];
    checkKernel({
      kernel: "mogrify",
      buffers: { s, from, to: unwritten(n) },
      outputs: ["s", "to"],
      operands: (at) => [n, at.s, at.from, at.to],
    }, (results, what) => {
      const shares = [...s].map((x) => 1 / (1 + Math.exp(-x)));
      assertAllClose(results.s, shares, { tolerance: 1e-6, name: what });
      assertAllClose(results.to, shares.map((share, i) => 2 * share * from[i]), { tolerance: 1e-6, name: what });
    });
  }
});
