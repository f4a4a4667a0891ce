import { assertEquals } from "@std/assert";
import type { KernelName } from "../../src/kernels/mod.ts";
import { assertSameBits, assertWithin } from "../support/bounds.ts";
import { randomFloats } from "../support/floats.ts";
import { checkKernel, type KernelCase, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { adamStep, adamWStep, rmspropStep, sgdStep } from "../support/oracles/mod.ts";

const LR = 0.05;
/** The factor applied to gradients before everything else, as in clipping. */
const SCALE = 0.25;
const DECAYS = [0, 0.1];

function doubles(values: Float32Array, scale = 1): Float64Array {
  return Float64Array.from(values, (value) => value * scale);
}

/** Rounding errors are relative to 1, the approximate size of the values. */
function assertNear(actual: ArrayLike<number>, expected: Float64Array, what: string): void {
  assertWithin(actual, expected, { roundings: 8, magnitudes: expected.map((v) => 1 + Math.abs(v)) }, what);
}

/** Returns the span of all floats. */
function whole(n: number): Int32Array {
  return Int32Array.of(0, n);
}

interface SgdCase {
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly step: number;
  readonly weightDecay: number;
}

function checkSgd(n: number, { momentum, dampening, nesterov, step, weightDecay }: SgdCase): void {
  const buffers = { spans: whole(n), w: randomFloats(1, n), g: randomFloats(2, n), velocity: randomFloats(3, n) };
  if (step === 1) buffers.velocity.fill(0);
  const [values, buffer] = [doubles(buffers.w), doubles(buffers.velocity)];
  const gradients = doubles(buffers.g, SCALE);
  sgdStep({ values, gradients, step, lr: LR, weightDecay, momentum, dampening, nesterov, buffer });
  const undamped = step === 1 ? 1 : 1 - dampening;
  checkKernel({
    kernel: "sgd_step",
    buffers,
    outputs: ["w", "velocity"],
    operands: ({ spans, w, g, velocity }) => {
      return [n, 1, spans, w, g, momentum > 0 ? velocity : 0, LR, momentum, undamped, +nesterov, weightDecay, SCALE];
    },
  }, (results, what) => {
    assertNear(results.w, values, what);
    assertNear(results.velocity, momentum > 0 ? buffer : doubles(buffers.velocity), what);
  });
}

Deno.test("sgd_step is within 8 roundings of 1 + |w|: plain, momentum, dampening, Nesterov, decay, first step", () => {
  for (const n of ODD_SIZES) {
    for (const weightDecay of DECAYS) {
      for (const step of [1, 2]) {
        checkSgd(n, { momentum: 0, dampening: 0, nesterov: false, step, weightDecay });
        checkSgd(n, { momentum: 0.9, dampening: 0, nesterov: false, step, weightDecay });
        checkSgd(n, { momentum: 0.9, dampening: 0.4, nesterov: false, step, weightDecay });
        checkSgd(n, { momentum: 0.9, dampening: 0, nesterov: true, step, weightDecay });
      }
    }
  }
});

function checkAdam(n: number, step: number, weightDecay: number, decoupled: boolean): void {
  const [beta1, beta2, eps] = [0.9, 0.99, 1e-8];
  const isFirst = step === 1;
  const buffers = {
    spans: whole(n),
    w: randomFloats(4, n),
    g: randomFloats(5, n),
    m: randomFloats(6, n).map((v) => isFirst ? 0 : v),
    v: randomFloats(7, n, 0.1, 1).map((v) => isFirst ? 0 : v),
  };
  const [values, firstMoment, secondMoment] = [doubles(buffers.w), doubles(buffers.m), doubles(buffers.v)];
  const options = { values, gradients: doubles(buffers.g, SCALE), step, lr: LR, weightDecay, eps };
  const take = decoupled ? adamWStep : adamStep;
  take({ ...options, betas: [beta1, beta2], firstMoment, secondMoment });
  const rate = LR / (1 - beta1 ** step);
  const correction = Math.sqrt(1 - beta2 ** step);
  const [keep, decay] = decoupled ? [1 - LR * weightDecay, 0] : [1, weightDecay];
  const constants = [rate, beta1, beta2, 1 - beta1, 1 - beta2, eps, correction, keep, decay, SCALE];
  checkKernel({
    kernel: "adam_step",
    buffers,
    outputs: ["w", "m", "v"],
    operands: ({ spans, w, g, m, v }) => [n, 1, spans, w, g, m, v, ...constants],
  }, (results, what) => {
    assertNear(results.w, values, what);
    assertNear(results.m, firstMoment, what);
    assertNear(results.v, secondMoment, what);
  });
}

Deno.test("adam_step is within 8 roundings of 1 + |w|: Adam and AdamW, decay, first and tenth step", () => {
  for (const n of ODD_SIZES) {
    for (const weightDecay of DECAYS) {
      for (const step of [1, 10]) {
        checkAdam(n, step, weightDecay, false);
        checkAdam(n, step, weightDecay, true);
      }
    }
  }
});

function checkRmsprop(n: number, momentum: number, weightDecay: number): void {
  const [alpha, eps] = [0.95, 1e-6];
  const buffers = {
    spans: whole(n),
    w: randomFloats(8, n),
    g: randomFloats(9, n),
    s: randomFloats(10, n, 0.1, 1),
    velocity: randomFloats(11, n),
  };
  const [values, squareAverage, buffer] = [doubles(buffers.w), doubles(buffers.s), doubles(buffers.velocity)];
  const options = { values, gradients: doubles(buffers.g, SCALE), step: 5, lr: LR, weightDecay, alpha, eps };
  rmspropStep({ ...options, momentum, squareAverage, gradientAverage: new Float64Array(n), buffer });
  checkKernel({
    kernel: "rmsprop_step",
    buffers,
    outputs: ["w", "s", "velocity"],
    operands: ({ spans, w, g, s, velocity }) => {
      return [
        n,
        1,
        spans,
        w,
        g,
        s,
        momentum > 0 ? velocity : 0,
        LR,
        alpha,
        1 - alpha,
        eps,
        momentum,
        weightDecay,
        SCALE,
      ];
    },
  }, (results, what) => {
    assertNear(results.w, values, what);
    assertNear(results.s, squareAverage, what);
    assertNear(results.velocity, momentum > 0 ? buffer : doubles(buffers.velocity), what);
  });
}

Deno.test("rmsprop_step is within 8 roundings of 1 + |w|: plain, momentum, decay", () => {
  for (const n of ODD_SIZES) {
    for (const weightDecay of DECAYS) {
      checkRmsprop(n, 0, weightDecay);
      checkRmsprop(n, 0.9, weightDecay);
    }
  }
});

Deno.test("optimizers change nothing outside the spans, and in them what they change in one span", () => {
  // The last span is long enough to be shared by workers.
  const spans = Int32Array.of(0, 3, 7, 8, 16, 33, 50, 50, 64, 4500);
  const n = 4600;
  const buffers = {
    w: randomFloats(1, n),
    g: randomFloats(2, n),
    m: randomFloats(3, n, 0.1, 1),
    v: randomFloats(4, n, 0.1, 1),
  };
  const kernels = {
    sgd_step: [LR, 0.9, 0.5, 1, 0.1, SCALE],
    adam_step: [LR, 0.9, 0.99, 0.1, 0.01, 1e-8, 0.7, 0.9, 0.1, SCALE],
    rmsprop_step: [LR, 0.9, 0.1, 1e-6, 0.9, 0.1, SCALE],
  } as const;
  for (const [kernel, factors] of entriesOf(kernels)) {
    const run = (spans: Int32Array): KernelCase<"spans" | keyof typeof buffers> => ({
      kernel,
      buffers: { spans, ...buffers },
      outputs: ["w", "m", "v"],
      operands: (at) => {
        const moments = kernel === "sgd_step" ? [at.m] : [at.m, at.v];
        return [n, spans.length / 2, at.spans, at.w, at.g, ...moments, ...factors];
      },
    });
    const all = runKernel("relaxed", 1, run(whole(n)));
    const inside = Array.from(
      { length: n },
      (_, i) => spans.some((end, k) => k % 2 === 1 && spans[k - 1] <= i && i < end),
    );
    checkKernel(run(spans), (results, what) => {
      for (const name of ["w", "m", "v"] as const) {
        const expected = buffers[name].map((value, i) => inside[i] ? all[name][i] : value);
        if (what.includes("relaxed")) assertSameBits(results[name], expected, `${what}, ${name}`);
        assertEquals(inside.map((is, i) => is || results[name][i] === buffers[name][i]).includes(false), false, what);
      }
    });
  }
});

function entriesOf<Value extends object>(value: Value): [keyof Value & KernelName, Value[keyof Value]][] {
  return Object.entries(value) as [keyof Value & KernelName, Value[keyof Value]][];
}
