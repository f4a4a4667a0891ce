import { assertNormal } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten } from "../support/floats.ts";
import { checkKernel, type KernelCase, type Numbers, type Results, runKernel } from "../support/kernel_contract.ts";
import { choGru } from "../support/oracles/mod.ts";
import { PackedBatch } from "../support/packed_batch.ts";
import { packPanels } from "../support/panels.ts";
import { BATCHES, makeRecurrence, type RecurrenceCase } from "../support/time_loop_case.ts";

/** The numbers that a native library multiplies; undefined for products in WebAssembly. */
type Native = "floats" | "halves" | undefined;

interface Options {
  readonly H: number;
  readonly batch: PackedBatch;
  readonly native?: Native;
  readonly everyStep?: boolean;
}

interface Made extends RecurrenceCase {
  readonly native: Native;
  readonly bias: Float32Array;
  /** Initial states: zeros if none were given. */
  readonly first: Float32Array;
}

function makeCase({ H, batch, native, everyStep = true }: Options, initial: boolean): Made {
  const made = makeRecurrence({ H, batch, initial, everyStep, gates: 3 }, choGru);
  const bias = made.biasIH.map((value, j) => value + made.biasHH[j]);
  return { ...made, native, bias, first: initial ? made.h0 : new Float32Array(batch.B * H) };
}

/** Packs a matrix [n, k] or its transpose; the library's layout is a dense matrix, in the room of the panels. */
function pack(matrix: Float32Array, n: number, k: number, transposed: boolean, native: Native): Float32Array {
  const panels = transposed ? packPanels(matrix, k, n, true) : packPanels(matrix, n, k, false);
  if (!native) return panels;
  const dense = matrix.map((_, j) => transposed ? matrix[(j % n) * k + Math.floor(j / n)] : matrix[j]);
  return Float32Array.of(...dense, ...panels.subarray(dense.length));
}

/** Packs the parts of W_hh of r and z, and of n. */
function packParts({ H, weightHH, native }: Made, transposed: boolean): { rz: Float32Array; n: Float32Array } {
  return {
    rz: pack(weightHH.slice(0, 2 * H * H), 2 * H, H, transposed, native),
    n: pack(weightHH.slice(2 * H * H), H, H, transposed, native),
  };
}

/** Rounds floats to bfloat16 numbers. */
function halves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.slice().buffer);
  return Uint16Array.from(bits, (word) => (word + 0x7fff + ((word >>> 16) & 1)) >>> 16);
}

type Loop = "sizes" | "gates" | "rh" | "h" | "h0" | "bias" | "rz" | "n" | "rhHalf" | "hHalf" | "h0Half" | "room";

function forwardCase(made: Made): KernelCase<Loop> {
  const { H, batch: { T, B, sizes, rows }, native, products, bias, first } = made;
  return {
    kernel: "cho_gru_forward",
    native,
    buffers: {
      ...{ sizes, gates: products, rh: unwritten(rows * H), h: unwritten(rows * H), h0: first, bias },
      ...packParts(made, true),
      ...{ rhHalf: new Uint16Array(rows * H), hHalf: new Uint16Array(rows * H), h0Half: halves(first) },
      room: unwritten(B * 2 * H),
    },
    outputs: ["gates", "rh", "h", "rhHalf", "hHalf", "room"],
    usesScratch: true,
    operands: (at) => {
      const half = native === "halves" ? [at.rhHalf, at.hHalf, at.h0Half] : [0, 0, 0];
      const states = [at.gates, at.rh, at.h, at.h0];
      return [T, at.sizes, H, ...states, at.bias, at.rz, at.n, ...half, at.room, at.scratch];
    },
  };
}

type Back = "sizes" | "gates" | "h" | "h0" | "dOutput" | "dh" | "rz" | "n" | "gatesHalf" | "room";

function backwardCase(made: Made, { gates, h }: { readonly gates: Numbers; readonly h: Numbers }): KernelCase<Back> {
  const { H, batch: { T, B, sizes, rows }, native, first, initial, everyStep, dOutput, dh } = made;
  return {
    kernel: "cho_gru_backward",
    native,
    buffers: {
      ...{ sizes, gates, h, h0: first, dOutput, dh },
      ...packParts(made, false),
      ...{ gatesHalf: new Uint16Array(rows * 3 * H), room: unwritten(B * 4 * H) },
    },
    outputs: ["gates", "dh", "gatesHalf", "room"],
    usesScratch: true,
    operands: (at) => {
      const slopes = [everyStep ? at.dOutput : 0, at.dh, +initial];
      const half = native === "halves" ? at.gatesHalf : 0;
      return [T, at.sizes, H, at.gates, at.h, at.h0, ...slopes, at.rz, at.n, half, at.room, at.scratch];
    },
  };
}

/** Returns the product left^T right over the rows, whose columns from `column` on are taken of `left`. */
function outer(left: Numbers, right: Numbers, [rows, m, column]: readonly number[]): Float64Array {
  const [pitch, n] = [left.length / rows, right.length / rows];
  const product = new Float64Array(m * n);
  for (let i = 0; i < product.length; i++) {
    const [row, to] = [Math.floor(i / n) + column, i % n];
    for (let r = 0; r < rows; r++) product[i] += left[r * pitch + row] * right[r * n + to];
  }
  return product;
}

/** Runs a kernel and compares its results; bfloat16 sums are not compared bit by bit. */
function runEach<Name extends string>(
  kernelCase: KernelCase<Name>,
  compare: (results: Results<Name>, what: string) => void,
): void {
  if (kernelCase.native !== "halves") return checkKernel(kernelCase, compare);
  for (const workers of [1, 3]) compare(runKernel("plain", workers, kernelCase), `${workers} workers`);
}

function check(options: Options, tolerance = 3e-6): void {
  for (const initial of [false, true]) {
    const made = makeCase(options, initial);
    const { H, batch, batch: { rows }, run, gradients } = made;
    const assertNear = (actual: Numbers, expected: ArrayLike<number>, name: string): void => {
      assertAllClose(actual, expected, { tolerance, name });
    };
    const forward = forwardCase(made);
    runEach(forward, ({ h }, what) => assertNear(h, batch.pack(run.output, H), what));
    const saved = runKernel("plain", 1, forward);
    runEach(backwardCase(made, saved), ({ gates, dh }, what) => {
      assertNear(gates, batch.pack(gradients.dx, 3 * H), what);
      assertNear(outer(gates, saved.rh, [rows, H, 2 * H]), gradients.dWeight_hh.slice(2 * H * H), `${what}: dW_hn`);
      if (initial) assertNear(dh, gradients.dh0, `${what}: dh`);
    });
  }
}

Deno.test("cho_gru_forward and cho_gru_backward are within 3e-6", () => {
  for (const H of [1, 4, 9, 17, 33]) {
    for (const batch of BATCHES) check({ H, batch, everyStep: H !== 9 });
  }
  check({ H: 131, batch: new PackedBatch(2, [2, 2, 1]) });
});

Deno.test("cho_gru_forward and cho_gru_backward with native products are within 3e-6, in bfloat16 within 0.1", () => {
  for (const H of [4, 9]) {
    for (const batch of BATCHES) {
      check({ H, batch, native: "floats" });
      check({ H, batch, native: "halves" }, 0.1);
    }
  }
});

Deno.test("cho_gru_forward and cho_gru_backward store no subnormal numbers, whatever gates are closed", () => {
  for (const most of [60, 90, 150]) {
    const made = makeCase({ H: 5, batch: BATCHES[2] }, true);
    const products = made.products.map((value) => value * most);
    const scaled = { ...made, products, dOutput: made.dOutput.map((value) => value * 1e-20) };
    const forward = forwardCase(scaled);
    checkKernel(forward, ({ gates, rh, h }, what) => {
      for (const values of [gates, rh, h]) assertNormal(values, what);
    });
    checkKernel(backwardCase(scaled, runKernel("plain", 1, forward)), ({ gates, dh }, what) => {
      for (const values of [gates, dh]) assertNormal(values, what);
    });
  }
});

Deno.test("cho_gru_reset and cho_gru_update are the halves of a step", () => {
  const [rows, H] = [3, 7];
  const buffers = {
    gates: randomFloats(1, rows * 3 * H, -3, 3),
    bias: randomFloats(2, 3 * H),
    previous: randomFloats(3, rows * H),
    to: unwritten(rows * H),
  };
  const before = { r: 0, z: H, n: 2 * H };
  const sums = (gate: keyof typeof before) =>
    buffers.previous.map((_, i) => {
      const column = before[gate] + i % H;
      return buffers.gates[Math.floor(i / H) * 3 * H + column] + buffers.bias[column];
    });
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
  const operands = (at: Readonly<Record<keyof typeof buffers, number>>): number[] => {
    return [rows, H, at.gates, at.bias, at.previous, at.to];
  };
  const common = { buffers, outputs: ["gates", "to"] as const, operands };
  checkKernel({ ...common, kernel: "cho_gru_reset" }, ({ to }, what) => {
    const expected = sums("r").map((x, i) => logistic(x) * buffers.previous[i]);
    assertAllClose(to, expected, { tolerance: 1e-6, name: what });
  });
  checkKernel({ ...common, kernel: "cho_gru_update" }, ({ to }, what) => {
    // The kernel reads z, which is activated, and the sum of n.
    const expected = sums("n").map((x, i) => {
      const z = buffers.gates[Math.floor(i / H) * 3 * H + H + i % H];
      return Math.tanh(x) + z * (buffers.previous[i] - Math.tanh(x));
    });
    assertAllClose(to, expected, { tolerance: 2e-6, name: what });
  });
});
