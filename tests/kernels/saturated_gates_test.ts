// A saturated gate is tiny, and what has it as a factor is tinier. The time loops store zeros instead of subnormal
// numbers; NaN and infinities stay what they are.

import { assert, assertEquals } from "@std/assert";
import { assertNormal } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten, withSpecials } from "../support/floats.ts";
import { checkKernel, type KernelCase, ODD_SIZES, type Results, runKernel } from "../support/kernel_contract.ts";
import { packPanels } from "../support/panels.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);
/** Biases for which a gate, or a product that has it as a factor, would be subnormal. */
const BIASES = [-33, -42, -80, -87.3, -95];

function assertAllNormal<Name extends string>(results: Results<Name>, names: readonly Name[], what: string): void {
  for (const name of names) assertNormal(results[name], `${what}: ${name}`);
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** T steps of B rows; gate pre-activations are those of the bias, the input products random. */
const [T, B] = [5, 3];
const SIZE_OF_STEPS = new Int32Array(T).fill(B);

interface Saturated {
  readonly H: number;
  readonly biases: readonly number[];
}

/** Calls `check` for every hidden size, with each gate saturated on its own and then all of them. */
function forEachSaturation(gates: number, check: (saturated: Saturated) => void): void {
  for (const H of [1, 3, 9]) {
    for (const bias of BIASES) {
      for (let gate = 0; gate <= gates; gate++) {
        check({ H, biases: Array.from({ length: gates }, (_, g) => g === gate || gate === gates ? bias : 0) });
      }
    }
  }
}

/** Returns H numbers for each gate. */
function spread(H: number, biases: readonly number[]): Float32Array {
  return Float32Array.from({ length: H * biases.length }, (_, j) => biases[Math.floor(j / H)]);
}

function lstmForward({ H, biases }: Saturated): KernelCase<
  "sizes" | "gates" | "h" | "c" | "tanhC" | "bias" | "panels"
> {
  const states = { h: unwritten(T * B * H), c: unwritten(T * B * H), tanhC: unwritten(T * B * H) };
  return {
    kernel: "lstm_forward",
    buffers: {
      ...{ sizes: SIZE_OF_STEPS, gates: randomFloats(1, T * B * 4 * H), ...states, bias: spread(H, biases) },
      panels: packPanels(randomFloats(2, 4 * H * H, -0.3, 0.3), H, 4 * H, true),
    },
    outputs: ["gates", "h", "c", "tanhC"],
    usesScratch: true,
    operands: (at) => {
      const out = [at.gates, at.h, at.c, at.tanhC, at.h];
      return [T, at.sizes, H, H, ...out, 0, 0, at.bias, at.panels, 0, 0, 0, at.scratch];
    },
  };
}

Deno.test("lstm_forward and lstm_backward store no subnormal numbers, whatever gates are saturated", () => {
  forEachSaturation(4, (saturated) => {
    const { H } = saturated;
    const forward = lstmForward(saturated);
    const names = ["gates", "h", "c", "tanhC"] as const;
    checkKernel(forward, (results, what) => {
      assertAllNormal(results, names, `${what}, biases ${saturated.biases}`);
      const { gates, c } = results;
      // The last row, from what is stored: c = f c' + i g.
      for (let j = 0, row = T * B - 1; j < H; j++) {
        const [i, f, g] = [0, 1, 2].map((gate) => gates[row * 4 * H + gate * H + j]);
        const before = c[(row - B) * H + j];
        assertAllClose([c[row * H + j]], [f * before + i * g], { tolerance: 1e-7, name: "c" });
      }
    });
    const { gates, c, tanhC } = runKernel("plain", 1, forward);
    checkKernel({
      kernel: "lstm_backward",
      buffers: {
        ...{ sizes: SIZE_OF_STEPS, gates, c, tanhC, dOutput: randomFloats(3, T * B * H, -1e-3, 1e-3) },
        ...{ dh: new Float32Array(B * H), dc: new Float32Array(B * H) },
        panels: packPanels(randomFloats(2, 4 * H * H, -0.3, 0.3), 4 * H, H, false),
      },
      outputs: ["gates", "dh", "dc"],
      usesScratch: true,
      operands: (at) => {
        const slopes = [at.dOutput, at.dh, at.dc, 0, 0, 1];
        return [T, at.sizes, H, H, at.gates, at.c, at.tanhC, 0, ...slopes, at.panels, 0, 0, 0, at.scratch];
      },
    }, (results, what) => assertAllNormal(results, ["gates", "dh", "dc"], `${what}, biases ${saturated.biases}`));
  });
});

Deno.test("lstm_forward: an open gate is the sigmoid, one below 2^-44 is closed, and NaN stays NaN", () => {
  for (const H of SIZES) {
    const [x, bias] = [withSpecials(1, H, [NaN, Infinity, -Infinity, -30, -31]), new Float32Array(4 * H)];
    const gates = new Float32Array(4 * H);
    gates.set(x);
    const out = { h: unwritten(H), c: unwritten(H), tanhC: unwritten(H) };
    checkKernel({
      kernel: "lstm_forward",
      buffers: { sizes: Int32Array.of(1), gates, ...out, bias },
      outputs: ["gates", "h", "c", "tanhC"],
      usesScratch: true,
      operands: (
        at,
      ) => [1, at.sizes, H, H, at.gates, at.h, at.c, at.tanhC, at.h, 0, 0, at.bias, 0, 0, 0, 0, at.scratch],
    }, (results) => {
      x.forEach((value, j) => {
        const exact = sigmoid(value) < 2 ** -44 ? 0 : sigmoid(value);
        const actual = results.gates[j];
        assert(Object.is(actual, exact) || Math.abs(actual - exact) <= exact * 2 ** -22, `${actual} for ${value}`);
        assertEquals(Number.isNaN(results.c[j]), Number.isNaN(value));
      });
    });
  }
});

Deno.test("gru_forward and gru_backward store no subnormal numbers, whatever gates are saturated", () => {
  forEachSaturation(2, ({ H, biases }) => {
    const weights = randomFloats(2, 3 * H * H, -0.3, 0.3);
    const parts = [weights.slice(0, 2 * H * H), weights.slice(2 * H * H)];
    const forward: KernelCase<"sizes" | "gates" | "hn" | "h" | "bias" | "biasHN" | "panelsRZ" | "panelsN"> = {
      kernel: "gru_forward",
      buffers: {
        ...{ sizes: SIZE_OF_STEPS, gates: randomFloats(1, T * B * 3 * H), hn: unwritten(T * B * H) },
        ...{ h: unwritten(T * B * H), bias: spread(H, [...biases, 0]), biasHN: new Float32Array(H) },
        ...{ panelsRZ: packPanels(parts[0], H, 2 * H, true), panelsN: packPanels(parts[1], H, H, true) },
      },
      outputs: ["gates", "hn", "h"],
      usesScratch: true,
      operands: (at) => {
        const weights = [at.bias, at.biasHN, at.panelsRZ, at.panelsN];
        return [T, at.sizes, H, at.gates, at.hn, at.h, 0, ...weights, 0, 0, 0, at.scratch];
      },
    };
    checkKernel(forward, (results, what) => assertAllNormal(results, ["gates", "hn", "h"], `${what}, ${biases}`));
    const { gates, hn, h } = runKernel("plain", 1, forward);
    checkKernel({
      kernel: "gru_backward",
      buffers: {
        ...{ sizes: SIZE_OF_STEPS, gates, hn, h, dOutput: randomFloats(3, T * B * H, -1e-3, 1e-3) },
        ...{ dh: new Float32Array(B * H), panelsRZ: packPanels(parts[0], 2 * H, H, false) },
        panelsN: packPanels(parts[1], H, H, false),
      },
      outputs: ["gates", "hn", "dh"],
      usesScratch: true,
      operands: (at) => {
        const slopes = [0, at.dOutput, at.dh, 1, at.panelsRZ, at.panelsN];
        return [T, at.sizes, H, at.gates, at.hn, at.h, ...slopes, 0, 0, 0, at.scratch];
      },
    }, (results, what) => assertAllNormal(results, ["gates", "hn", "dh"], `${what}, ${biases}`));
  });
});

Deno.test("rnn_forward and rnn_backward replace states below 2^-63 and gradients below 2^-95, but not NaN", () => {
  for (const H of SIZES) {
    const x = withSpecials(1, H, [1e-19, 1.2e-19, -1e-39, 1e-45, NaN, Infinity]);
    const dh = withSpecials(1, H, [1e-29, -2e-29, 3e-29, 1e-40, 1, 1]);
    const buffers = { sizes: Int32Array.of(1), h: x, bias: new Float32Array(H) };
    const forward: KernelCase<"sizes" | "h" | "bias"> = {
      kernel: "rnn_forward",
      buffers,
      outputs: ["h"],
      usesScratch: false,
      operands: (at) => [1, 1, at.sizes, H, at.h, 0, at.bias, 0, 0, 0],
    };
    const states = x.map((value) => value < 2 ** -63 ? 0 : value);
    checkKernel(forward, ({ h }) => assertEquals(h.map((v) => v + 0), states));
    checkKernel({
      kernel: "rnn_backward",
      buffers: { sizes: Int32Array.of(1), h: new Float32Array(H).fill(1), dh, dGates: unwritten(H) },
      outputs: ["dGates"],
      operands: (at) => [1, 1, at.sizes, H, at.h, 0, at.dh, at.dGates, 0, 0, 0, 0],
    }, ({ dGates }) => assertEquals(dGates.map((v) => v + 0), dh.map((d) => Math.abs(d) < 2 ** -95 ? 0 : d)));
  }
});
