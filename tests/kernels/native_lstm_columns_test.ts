import { assertEquals } from "@std/assert";
import { bfloat16Bits } from "../support/bfloat16.ts";
import { assertSameBits } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten } from "../support/floats.ts";
import { BUILDS, type KernelCase, type Results, runKernel, runTogether } from "../support/kernel_contract.ts";
import { lstm } from "../support/oracles/mod.ts";
import { BATCHES, forEachRecurrence, makeRecurrence, type RecurrenceCase } from "../support/time_loop_case.ts";

/** Hidden sizes with the units of a part: fewer units than a part, whole parts, a smaller last part. */
const SHARES = [[1, 4], [4, 1], [9, 4], [33, 12]];
/** Floats between the packed weights of two parts. */
const GAP = 3;
/** Floats in front of the loop's own space. */
const COUNTER = 16;

/** Returns rows [4 H, width], gate by gate for the units of each part. */
function arrange(rows: Float32Array, width: number, H: number, share: number): Float32Array {
  const order: number[] = [];
  for (let left = 0; left < H; left += share) {
    for (let gate = 0; gate < 4; gate++) {
      for (let unit = left; unit < Math.min(left + share, H); unit++) order.push(gate * H + unit);
    }
  }
  return Float32Array.from(order.flatMap((row) => [...rows.subarray(row * width, (row + 1) * width)]));
}

/** Packs B[k, n], or B[n, k] if transposed, in parts of `share` columns with the kernel. */
function packColumns(transposed: boolean, k: number, n: number, b: Float32Array, share: number, workers = 1) {
  const size = k * share + GAP;
  const packed = unwritten(Math.ceil(n / share) * size);
  return runKernel("plain", workers, {
    kernel: "pack_columns",
    native: "floats",
    buffers: { b, packed },
    outputs: ["packed"],
    operands: (at) => [+transposed, k, n, at.b, share, size, at.packed],
  }).packed as Float32Array;
}

/** Returns the bfloat16 numbers in as much room as the floats take, which is what the kernels' signatures ask for. */
function halvesOf(floats: Float32Array): Uint16Array {
  const halves = new Uint16Array(floats.length * 2);
  halves.set(Uint16Array.from(floats, bfloat16Bits));
  return halves;
}

/** Returns packed weights with the room that panels would need. */
function withRoom(packed: Float32Array): Float32Array {
  return Float32Array.of(...packed, ...new Float32Array(packed.length));
}

type Forward = "sizes" | "gates" | "h" | "c" | "tanhC" | "h0" | "c0" | "bias" | "packed" | "hHalf" | "space";
type Backward = "sizes" | "gates" | "c" | "tanhC" | "c0" | "dOutput" | "dh" | "dc" | "packed" | "gatesHalf" | "space";

function forwardCase(made: RecurrenceCase, share: number, isHalf = false): KernelCase<Forward> {
  const { H, batch: { B, T, sizes, rows }, initial } = made;
  const bias = made.biasIH.map((value, i) => value + made.biasHH[i]);
  return {
    kernel: "lstm_forward_by_columns",
    native: isHalf ? "halves" : "floats",
    buffers: {
      ...{ sizes, gates: made.products, h: unwritten(rows * H), c: unwritten(rows * H), tanhC: unwritten(rows * H) },
      ...{ h0: isHalf ? halvesOf(made.h0) : made.h0, c0: made.c0 },
      bias: arrange(bias, 1, H, share),
      packed: packColumns(true, H, 4 * H, arrange(made.weightHH, H, H, share), 4 * share),
      ...{ hHalf: new Uint16Array(isHalf ? rows * H : 0), space: new Float32Array(COUNTER + 5 * B * H) },
    },
    outputs: ["gates", "h", "c", "tanhC", "hHalf", "space"],
    operands: (at) => {
      const states = [at.gates, at.h, at.c, at.tanhC, ...initial ? [at.h0, at.c0] : [0, 0]];
      const packed = [share, 4 * share * H + GAP, at.packed];
      return [T, at.sizes, H, ...states, at.bias, ...packed, isHalf ? at.hHalf : 0, at.space];
    },
  };
}

/** Returns the backward loop from what the forward loop saved. */
function backwardCase(
  made: RecurrenceCase,
  share: number,
  { gates, c, tanhC }: Pick<Results<Forward>, "gates" | "c" | "tanhC">,
  isHalf = false,
): KernelCase<Backward> {
  const { H, batch: { B, T, sizes, rows }, initial, everyStep, c0, dOutput, dh, dc } = made;
  return {
    kernel: "lstm_backward_by_columns",
    native: isHalf ? "halves" : "floats",
    buffers: {
      ...{ sizes, gates, c, tanhC, c0, dOutput, dh, dc },
      packed: packColumns(false, 4 * H, H, made.weightHH, share),
      ...{ gatesHalf: new Uint16Array(isHalf ? rows * 4 * H : 0), space: new Float32Array(COUNTER + B * H) },
    },
    outputs: ["gates", "dh", "dc", "gatesHalf", "space"],
    operands: (at) => {
      const saved = [at.gates, at.c, at.tanhC, initial ? at.c0 : 0];
      const slopes = [everyStep ? at.dOutput : 0, at.dh, at.dc, +initial];
      const packed = [share, 4 * H * share + GAP, at.packed];
      return [T, at.sizes, H, ...saved, ...slopes, ...packed, isHalf ? at.gatesHalf : 0, at.space];
    },
  };
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  assertAllClose(actual, expected, { tolerance: 3e-6, name });
}

Deno.test("pack_columns packs every part as pack_weights does, for any number of workers", () => {
  for (const [k, n, share] of [[1, 1, 4], [5, 9, 4], [3, 8, 2]]) {
    const b = randomFloats(k, k * n);
    const flipped = Float32Array.from(b, (_, i) => b[i % k * n + Math.floor(i / k)]);
    const expected = unwritten(Math.ceil(n / share) * (k * share + GAP));
    for (let left = 0; left < n; left += share) {
      const width = Math.min(share, n - left);
      for (let i = 0; i < k * width; i++) {
        expected[left / share * (k * share + GAP) + i] = b[Math.floor(i / width) * n + left + i % width];
      }
    }
    for (const workers of [1, 2, 3]) {
      assertEquals(packColumns(false, k, n, b, share, workers), expected);
      assertEquals(packColumns(true, k, n, flipped, share, workers), expected);
    }
  }
});

for (const [H, share] of SHARES) {
  Deno.test(`LSTM loops by columns are within 3e-6, ${share} of ${H} units in a part`, () => {
    forEachRecurrence([H], (options) => {
      const made = makeRecurrence({ ...options, gates: 4 }, lstm);
      const { batch, run, gradients, initial } = made;
      for (const build of BUILDS) {
        const forward = runKernel(build, 1, forwardCase(made, share));
        assertNear(forward.h, batch.pack(run.output, H), "h");
        assertNear(batch.last(forward.c as Float32Array, H), run.cN, "c");
        assertNear(forward.tanhC, Float64Array.from(forward.c, Math.tanh), "tanh(c)");
        const backward = runKernel(build, 1, backwardCase(made, share, forward));
        assertNear(backward.gates, batch.pack(gradients.dx, 4 * H), "dGates");
        if (!initial) continue;
        assertNear(backward.dh, gradients.dh0, "dh0");
        assertNear(backward.dc, gradients.dc0!, "dc0");
      }
    });
  });
}

Deno.test("in LSTM loops by columns, two and three workers at once give the bits of one", async () => {
  const options = { H: 33, batch: BATCHES[2], initial: true, everyStep: true };
  const made = makeRecurrence({ ...options, gates: 4 }, lstm);
  for (const build of BUILDS) {
    for (const isHalf of [false, true]) {
      const forward = forwardCase(made, 12, isHalf);
      const alone = runKernel(build, 1, forward);
      const backward = backwardCase(made, 12, alone, isHalf);
      const gradients = runKernel(build, 1, backward);
      for (const workers of [2, 3, 4]) {
        const together = await runTogether(build, workers, forward);
        for (const name of ["gates", "h", "c", "tanhC", "hHalf"] as const) {
          assertSameBits(together[name], alone[name], `${name}, ${workers} workers`);
        }
        const found = await runTogether(build, workers, backward);
        for (const name of ["gates", "dh", "dc", "gatesHalf"] as const) {
          assertSameBits(found[name], gradients[name], `${name}, ${workers} workers`);
        }
      }
    }
  }
});

Deno.test("in bfloat16, LSTM loops by columns give the bits of those by sequences", () => {
  for (const batch of BATCHES) {
    for (const initial of [false, true]) {
      const made = makeRecurrence({ H: 9, batch, initial, everyStep: true, gates: 4 }, lstm);
      const [H, { B, T, rows }] = [9, batch];
      const columns = forwardCase(made, 4, true);
      const found = runKernel("relaxed", 1, columns);
      const bias = made.biasIH.map((value, i) => value + made.biasHH[i]);
      const expected = runKernel("relaxed", 1, {
        ...{ kernel: "lstm_forward", native: "halves", usesScratch: true },
        buffers: { ...columns.buffers, bias, packed: withRoom(packColumns(true, H, 4 * H, made.weightHH, 4 * H)) },
        outputs: columns.outputs,
        operands: (at) => {
          const states = [at.gates, at.h, at.c, at.tanhC, at.h, ...initial ? [at.h0, at.c0] : [0, 0]];
          return [T, at.sizes, H, H, ...states, at.bias, at.packed, 0, at.hHalf, at.hHalf, at.scratch];
        },
      });
      for (const name of ["gates", "h", "c", "tanhC", "hHalf"] as const) {
        assertSameBits(found[name], expected[name], name);
      }
      assertEquals(found.hHalf, Uint16Array.from(found.h, bfloat16Bits));
      const backward = backwardCase(made, 4, found, true);
      const gradients = runKernel("relaxed", 1, backward);
      const before = runKernel("relaxed", 1, {
        ...{ kernel: "lstm_backward", native: "halves", usesScratch: true },
        buffers: { ...backward.buffers, packed: withRoom(packColumns(false, 4 * H, H, made.weightHH, H)) },
        outputs: backward.outputs,
        operands: (at) => {
          const slopes = [at.dOutput, at.dh, at.dc, 0, 0, +initial, at.packed, 0, at.gatesHalf, 0, at.scratch];
          return [T, at.sizes, H, H, at.gates, at.c, at.tanhC, initial ? at.c0 : 0, ...slopes];
        },
      });
      for (const name of ["gates", "dh", "dc", "gatesHalf"] as const) {
        assertSameBits(gradients[name], before[name], `${name}, ${B} sequences, ${rows} rows`);
      }
    }
  }
});
