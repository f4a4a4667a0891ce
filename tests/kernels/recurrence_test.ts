import { assertAllClose } from "../support/close.ts";
import { unwritten } from "../support/floats.ts";
import { checkKernel, type KernelCase, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { gru, lstm, rnn } from "../support/oracles/mod.ts";
import { PackedBatch } from "../support/packed_batch.ts";
import { packPanels } from "../support/panels.ts";
import {
  forEachRecurrence,
  makeRecurrence,
  type RecurrenceCase,
  type RecurrenceOptions,
} from "../support/time_loop_case.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);
const TOLERANCE = 3e-6;

type Options = Omit<RecurrenceOptions, "gates">;

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  assertAllClose(actual, expected, { tolerance: TOLERANCE, name });
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + b[i]);
}

/** The sum over rows of left[row, :]^T right[row, :]; checks saved values through the weight gradient they produce. */
function outer(left: ArrayLike<number>, right: ArrayLike<number>, rows: number): Float64Array {
  const [m, n] = [left.length / rows, right.length / rows];
  const product = new Float64Array(m * n);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) product[i * n + j] += left[r * m + i] * right[r * n + j];
    }
  }
  return product;
}

function checkRnn(relu: boolean, options: Options): void {
  const made = makeRecurrence(
    { ...options, gates: 1 },
    (given) => rnn({ ...given, nonlinearity: relu ? "relu" : "tanh" }),
  );
  const { H, batch, initial, everyStep, h0, dOutput, dh, run, gradients } = made;
  const { T, sizes } = batch;
  const bias = sum(made.biasIH, made.biasHH);
  const forward: KernelCase<"sizes" | "h" | "h0" | "bias" | "panels"> = {
    kernel: "rnn_forward",
    buffers: { sizes, h: made.products, h0, bias, panels: packPanels(made.weightHH, H, H, true) },
    outputs: ["h"],
    usesScratch: true,
    operands: (at) => [+relu, T, at.sizes, H, at.h, initial ? at.h0 : 0, at.bias, at.panels, 0, at.scratch],
  };
  checkKernel(forward, (results, what) => assertNear(results.h, batch.pack(run.output, H), what));
  const { h } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "rnn_backward",
    buffers: {
      ...{ sizes, h, dOutput, dh },
      ...{ dGates: unwritten(batch.rows * H), panels: packPanels(made.weightHH, H, H, false) },
    },
    outputs: ["dh", "dGates"],
    usesScratch: true,
    operands: (at) => {
      const output = everyStep ? at.dOutput : 0;
      return [+relu, T, at.sizes, H, at.h, output, at.dh, at.dGates, +initial, at.panels, 0, at.scratch];
    },
  }, (results, what) => {
    assertNear(results.dGates, batch.pack(gradients.dx, H), what);
    if (initial) assertNear(results.dh, gradients.dh0, what);
  });
}

/** Returns the activated gates and the other values that the LSTM saves for the backward pass. */
function runLstm(made: RecurrenceCase): KernelCase<
  "sizes" | "gates" | "h" | "c" | "tanhC" | "m" | "h0" | "c0" | "bias" | "panelsHH" | "panelsHR"
> {
  const { H, P = 0, width, batch, initial, h0, c0 } = made;
  const { T, sizes, rows } = batch;
  return {
    kernel: "lstm_forward",
    buffers: {
      ...{ sizes, gates: made.products, h: unwritten(rows * width) },
      ...{ c: unwritten(rows * H), tanhC: unwritten(rows * H), m: unwritten(P ? rows * H : 0) },
      ...{ h0, c0, bias: sum(made.biasIH, made.biasHH) },
      panelsHH: packPanels(made.weightHH, width, 4 * H, true),
      panelsHR: packPanels(made.weightHR, H, P, true),
    },
    outputs: ["gates", "h", "c", "tanhC", "m"],
    usesScratch: true,
    operands: (at) => {
      const states = [at.gates, at.h, at.c, at.tanhC, P ? at.m : at.h];
      const first = initial ? [at.h0, at.c0] : [0, 0];
      return [T, at.sizes, H, width, ...states, ...first, at.bias, at.panelsHH, P ? at.panelsHR : 0, 0, 0, at.scratch];
    },
  };
}

function checkLstm(options: Options): void {
  const made = makeRecurrence({ ...options, gates: 4 }, lstm);
  const { H, P = 0, width, batch, initial, everyStep, dOutput, dh, dc, run, gradients } = made;
  const { T, B, sizes, rows } = batch;
  const forward = runLstm(made);
  checkKernel(forward, ({ h, c, tanhC }, what) => {
    assertNear(h, batch.pack(run.output, width), what);
    assertNear(batch.last(c, H), run.cN, what);
    assertNear(tanhC, Float64Array.from(c, Math.tanh), what);
  });
  const { gates, c, tanhC, m } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "lstm_backward",
    buffers: {
      ...{ sizes, gates, c, tanhC, c0: made.c0, dOutput, dh, dc },
      ...{ dH: unwritten(P ? rows * P : 0), dm: unwritten(P ? B * H : 0) },
      panelsHH: packPanels(made.weightHH, 4 * H, width, false),
      panelsHR: packPanels(made.weightHR, P, H, false),
    },
    outputs: ["gates", "dh", "dc", "dH", "dm"],
    usesScratch: true,
    operands: (at) => {
      const slopes = [everyStep ? at.dOutput : 0, at.dh, at.dc, P ? at.dH : 0, P ? at.dm : 0, +initial];
      const panels = [at.panelsHH, P ? at.panelsHR : 0];
      return [
        T,
        at.sizes,
        H,
        width,
        at.gates,
        at.c,
        at.tanhC,
        initial ? at.c0 : 0,
        ...slopes,
        ...panels,
        0,
        0,
        at.scratch,
      ];
    },
  }, (results, what) => {
    assertNear(results.gates, batch.pack(gradients.dx, 4 * H), what);
    if (P) assertNear(outer(results.dH, m, rows), gradients.dWeight_hr, what);
    if (!initial) return;
    assertNear(results.dh, gradients.dh0, what);
    assertNear(results.dc, gradients.dc0, what);
  });
}

/** Returns the activated gates and W_hn h + b_hn. */
function runGru(made: RecurrenceCase): KernelCase<
  "sizes" | "gates" | "hn" | "h" | "h0" | "bias" | "biasHN" | "panelsRZ" | "panelsN"
> {
  const { H, batch, initial, h0, weightHH, biasHH } = made;
  const { T, sizes, rows } = batch;
  return {
    kernel: "gru_forward",
    buffers: {
      ...{ sizes, gates: made.products, hn: unwritten(rows * H), h: unwritten(rows * H), h0 },
      bias: made.biasIH.map((value, j) => j < 2 * H ? value + biasHH[j] : value),
      biasHN: biasHH.slice(2 * H),
      panelsRZ: packPanels(weightHH.slice(0, 2 * H * H), H, 2 * H, true),
      panelsN: packPanels(weightHH.slice(2 * H * H), H, H, true),
    },
    outputs: ["gates", "hn", "h"],
    usesScratch: true,
    operands: (at) => {
      const weights = [at.bias, at.biasHN, at.panelsRZ, at.panelsN];
      return [T, at.sizes, H, at.gates, at.hn, at.h, initial ? at.h0 : 0, ...weights, 0, 0, 0, at.scratch];
    },
  };
}

/** Returns the hidden state before each packed row. */
function previousStates({ H, batch, initial, h0, run }: RecurrenceCase): Float64Array {
  const shifted = new Float64Array(run.output.length);
  if (initial) shifted.set(h0);
  shifted.set(run.output.subarray(0, run.output.length - batch.B * H), batch.B * H);
  return batch.pack(shifted, H);
}

function checkGru(options: Options): void {
  const made = makeRecurrence({ ...options, gates: 3 }, gru);
  const { H, batch, initial, everyStep, h0, weightHH, dOutput, dh, run, gradients } = made;
  const { T, sizes, rows } = batch;
  const forward = runGru(made);
  checkKernel(forward, ({ h }, what) => assertNear(h, batch.pack(run.output, H), what));
  const { gates, hn, h } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "gru_backward",
    buffers: {
      ...{ sizes, gates, hn, h, h0, dOutput, dh },
      panelsRZ: packPanels(weightHH.slice(0, 2 * H * H), 2 * H, H, false),
      panelsN: packPanels(weightHH.slice(2 * H * H), H, H, false),
    },
    outputs: ["gates", "hn", "dh"],
    usesScratch: true,
    operands: (at) => {
      const slopes = [initial ? at.h0 : 0, everyStep ? at.dOutput : 0, at.dh, +initial];
      return [T, at.sizes, H, at.gates, at.hn, at.h, ...slopes, at.panelsRZ, at.panelsN, 0, 0, 0, at.scratch];
    },
  }, (results, what) => {
    assertNear(results.gates, batch.pack(gradients.dx, 3 * H), what);
    const ones = new Float64Array(rows).fill(1);
    assertNear(outer(ones, results.hn, rows), gradients.dBias_hh.slice(2 * H), what);
    assertNear(outer(results.hn, previousStates(made), rows), gradients.dWeight_hh.slice(2 * H * H), what);
    if (initial) assertNear(results.dh, gradients.dh0, what);
  });
}

/** A batch whose recurrent products span more than one block of 256 summands. */
const WIDE: Options = { H: 90, batch: new PackedBatch(2, [2, 2, 1]), initial: true, everyStep: true };

Deno.test("rnn_forward and rnn_backward with tanh are within 3e-6", () => {
  forEachRecurrence(SIZES, (options) => checkRnn(false, options));
  checkRnn(false, { ...WIDE, H: 259 });
});

Deno.test("rnn_forward and rnn_backward with relu are within 3e-6", () => {
  forEachRecurrence(SIZES, (options) => checkRnn(true, options));
});

Deno.test("lstm_forward and lstm_backward are within 3e-6", () => {
  forEachRecurrence(SIZES, checkLstm);
  checkLstm(WIDE);
});

Deno.test("lstm_forward and lstm_backward with a projection are within 3e-6", () => {
  forEachRecurrence(SIZES, (options) => checkLstm({ ...options, P: Math.ceil(options.H / 2) }));
  checkLstm({ ...WIDE, P: 70 });
});

Deno.test("gru_forward and gru_backward are within 3e-6", () => {
  forEachRecurrence(SIZES, checkGru);
  checkGru({ ...WIDE, H: 131 });
});
