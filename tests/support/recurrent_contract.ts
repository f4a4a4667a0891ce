import { assertEquals } from "@std/assert";
import {
  concat,
  type Engine,
  type Recurrent,
  type RecurrentState,
  reshape,
  type SequenceResult,
  slice,
  type Tensor,
} from "../../src/nn/mod.ts";
import { assertAllClose } from "./close.ts";
import { engineOf } from "./gradient_check.ts";
import { testedBuilds } from "./memory_kind.ts";
import {
  assertSameNamed,
  assertSameOutcome,
  type CaseNumbers,
  drawNumbers,
  infer,
  type LayerCase,
  layerContract,
  makeLayer,
  mapNamed,
  type Named,
  runCase,
} from "./layer_contract.ts";
import { recurrentCase, type RecurrentSubject, type Sizes, tensorsOf, type Variant } from "./recurrent_case.ts";

const VARIANTS: Named<Variant> = {
  "one layer": {},
  "no bias": { bias: false },
  "two layers": { layers: 2 },
  "bidirectional": { bidirectional: true },
  "two layers, bidirectional, no bias": { layers: 2, bidirectional: true, bias: false },
};

/** Sizes of every variant. */
const SHARED_SIZES: Named<Sizes> = {
  "T=1 B=1": { T: 1, B: 1, I: 3, H: 5 },
  "T=4 B=3 without a state": { T: 4, B: 3, I: 3, H: 5, isStateless: true },
  "ragged": { T: 6, B: 4, I: 3, H: 5, lengths: [2, 6, 1, 4] },
  "ragged, none full, without a state": { T: 5, B: 5, I: 4, H: 3, lengths: [3, 1, 3, 2, 3], isStateless: true },
};

/** More sizes of the simplest variant and of the one that combines all others. */
const SIZES: Named<Sizes> = {
  ...SHARED_SIZES,
  "T=1 B=1 without a state": { T: 1, B: 1, I: 3, H: 5, isStateless: true },
  "T=2 B=1": { T: 2, B: 1, I: 3, H: 5 },
  "I=1 H=1": { T: 3, B: 2, I: 1, H: 1 },
  "I=9 H=7 B=13": { T: 3, B: 13, I: 9, H: 7 },
};

const WITH_ALL_SIZES = ["one layer", "two layers, bidirectional, no bias"];

const UNROLLED: Sizes = { T: 5, B: 3, I: 3, H: 5 };
/** Sizes beyond 256, the block size in which the kernels of the WebAssembly engine sum products. */
const LARGE: Sizes = { T: 3, B: 2, I: 260, H: 259 };

const RAGGED = { T: 6, B: 7, I: 3, H: 5, lengths: [4, 1, 6, 3, 6, 2, 5] };

/** The arguments of one check of the contract. */
interface Check {
  readonly subject: RecurrentSubject;
  readonly variant: Variant;
  readonly engine: Engine;
  readonly what: string;
}

/** Makes the cases of every variant at its sizes. */
export function recurrentCases(subject: RecurrentSubject): Named<LayerCase> {
  const cases: Named<LayerCase> = {};
  for (const [variantName, variant] of Object.entries(VARIANTS)) {
    const ofVariant = WITH_ALL_SIZES.includes(variantName) ? SIZES : SHARED_SIZES;
    for (const [sizesName, sizes] of Object.entries(ofVariant)) {
      cases[`${variantName}, ${sizesName}`] = recurrentCase(subject, variant, sizes);
    }
  }
  return cases;
}

/**
 * Registers the tests that every recurrent layer must pass, in both kernel builds: the layer contract, for stacked and
 * bidirectional layers, without biases, at odd sizes, with and without an initial state; and properties of steps,
 * padding and batches.
 */
export function recurrentContract(name: string, subject: RecurrentSubject): void {
  layerContract(name, recurrentCases(subject));
  const test = (title: string, check: (details: Check) => void): void =>
    Deno.test(`${name}: ${title}`, () => {
      for (const [variantName, variant] of Object.entries(VARIANTS)) {
        for (const build of testedBuilds()) {
          check({ subject, variant, engine: engineOf(build), what: `${name}, ${variantName}, ${build}` });
        }
      }
    });
  test(
    "chunks with a carried state are bit-identical to the whole sequence, with gradients within 1e-5",
    checkSteps,
  );
  test("an initial state of zeros equals none", checkZeroState);
  test("padding, even NaN, has no effect on the outcome and gets zero gradients", checkPadding);
  test("more padding has no effect, and full lengths equal no lengths", checkLengths);
  test("a sequence alone is bit-identical to the same sequence in a ragged batch of 7", checkBatchMates);
}

const caseOf = ({ subject, variant }: Check, sizes: Sizes) => recurrentCase(subject, variant, sizes);

/** Runs a layer over some time steps. */
type Run = (layer: Recurrent, x: Tensor, state?: RecurrentState) => Omit<SequenceResult, "last">;

/** Ways to run a layer over time steps x [T, B, I]. */
const WAYS: Named<{ steps: number; run: Run }> = {
  "step": {
    steps: 1,
    run: (layer, x, state) => {
      const { output, state: next } = layer.step(reshape(x, x.shape.slice(1)), state);
      return { output: reshape(output, [1, ...output.shape]), state: next };
    },
  },
  "forward with T=1": { steps: 1, run: (layer, x, state) => layer.forward(x, { state }) },
  "forward with T=2": { steps: 2, run: (layer, x, state) => layer.forward(x, { state }) },
};

/** Splits the case's sequence into chunks that carry the state from one to the next. */
function cut(whole: LayerCase, way: string): LayerCase {
  const { steps, run } = WAYS[way];
  const make: LayerCase["make"] = (options) => {
    const { module } = whole.make(options);
    return {
      module,
      run: ({ x, h0, c0, x0 }) => {
        const outputs: Tensor[] = [];
        let state: RecurrentState | undefined = h0 && { h: h0, c: c0, x: x0 };
        for (let t = 0; t < x.shape[0]; t += steps) {
          const result = run(module as Recurrent, slice(x, 0, t, Math.min(t + steps, x.shape[0])), state);
          outputs.push(result.output);
          state = result.state;
        }
        return tensorsOf({ output: concat(outputs, 0), state: state! });
      },
    };
  };
  return { ...whole, make };
}

function checkSteps(check: Check): void {
  const { variant, engine } = check;
  if (variant.bidirectional) return;
  const more: Sizes[] = variant === VARIANTS["one layer"] ? [{ ...UNROLLED, isStateless: true }] : [];
  if (more.length > 0 && engine.gemm !== "float64") more.push(LARGE);
  for (const sizes of [UNROLLED, ...more]) {
    const whole = caseOf(check, sizes);
    const numbers = drawNumbers(whole);
    const expected = runCase(engine, whole, numbers);
    for (const way of Object.keys(WAYS)) {
      const what = `${check.what}, ${way}, ${JSON.stringify(sizes)}`;
      const unrolled = cut(whole, way);
      const actual = runCase(engine, unrolled, numbers);
      assertSameNamed(actual.outputs, expected.outputs, what);
      const inferred = infer(engine, unrolled, makeLayer(unrolled, engine, numbers), numbers);
      assertSameNamed(inferred, expected.outputs, `${what}, in inference`);
      if (sizes === LARGE) continue;
      for (const name in expected.gradients) {
        const options = { tolerance: 1e-5, name: `${what}: gradient of ${name}` };
        assertAllClose(actual.gradients[name], expected.gradients[name], options);
      }
    }
  }
}

function checkZeroState(check: Check): void {
  const { engine, what } = check;
  const given = caseOf(check, RAGGED);
  const absent = caseOf(check, { ...RAGGED, isStateless: true });
  const numbers = drawNumbers(given);
  for (const name of ["h0", "c0", "x0"]) numbers.values[name]?.fill(0);
  const { h0: _h, c0: _c, x0: _x, ...gradients } = runCase(engine, given, numbers).gradients;
  const expected = runCase(engine, absent, numbers);
  assertSameOutcome({ ...runCase(engine, given, numbers), gradients }, expected, what);
}

/** Overwrites the padding of values [T, B, width]. */
function withPadding(values: Float32Array, lengths: readonly number[], width: number, filler: number): Float32Array {
  const B = lengths.length;
  return values.map((value, i) => {
    const row = Math.floor(i / width);
    return Math.floor(row / B) < lengths[row % B] ? value : filler;
  });
}

function checkPadding(check: Check): void {
  const { engine, what } = check;
  const layerCase = caseOf(check, RAGGED);
  const { values, cotangents } = drawNumbers(layerCase);
  const width = layerCase.outputs.output[2];
  const pad = (filler: number): CaseNumbers => ({
    values: { ...values, x: withPadding(values.x, RAGGED.lengths, RAGGED.I, filler) },
    cotangents: { ...cotangents, output: withPadding(cotangents.output, RAGGED.lengths, width, filler) },
  });
  const clean = runCase(engine, layerCase, pad(0));
  for (const filler of [1e30, Infinity, NaN]) {
    assertSameOutcome(runCase(engine, layerCase, pad(filler)), clean, `${what}, ${filler}`);
  }
  assertEquals(clean.outputs.output, withPadding(clean.outputs.output, RAGGED.lengths, width, 0), what);
  assertEquals(clean.gradients.x, withPadding(clean.gradients.x, RAGGED.lengths, RAGGED.I, 0), what);
}

function checkLengths(check: Check): void {
  const { engine, what } = check;
  const { T, lengths: _, ...sizes } = RAGGED;
  const { B } = sizes;
  const none = caseOf(check, { T, ...sizes });
  const numbers = drawNumbers(none);
  const expected = runCase(engine, none, numbers);
  const full = caseOf(check, { T, ...sizes, lengths: new Array(B).fill(T) });
  assertSameOutcome(runCase(engine, full, numbers), expected, `${what}, full lengths`);
  const padded = caseOf(check, { T: T + 3, ...sizes, lengths: new Array(B).fill(T) });
  const extend = (values: Float32Array): Float32Array => {
    const extended = new Float32Array(values.length / T * (T + 3)).fill(NaN);
    extended.set(values);
    return extended;
  };
  const longer = runCase(engine, padded, {
    values: { ...numbers.values, x: extend(numbers.values.x) },
    cotangents: { ...numbers.cotangents, output: extend(numbers.cotangents.output) },
  });
  longer.outputs.output = longer.outputs.output.slice(0, expected.outputs.output.length);
  longer.gradients.x = longer.gradients.x.slice(0, expected.gradients.x.length);
  assertSameOutcome(longer, expected, `${what}, 3 more steps of padding`);
}

/** Copies the first `steps` steps of sequence b from values [T, B, width]. */
function takeSequence(values: Float32Array, [T, B, width]: readonly number[], b: number, steps = T): Float32Array {
  const rows = Array.from({ length: steps }, (_, t) => values.subarray((t * B + b) * width, (t * B + b + 1) * width));
  return new Float32Array(rows.flatMap((row) => [...row]));
}

function checkBatchMates(check: Check): void {
  const { engine, what } = check;
  const batchCase = caseOf(check, RAGGED);
  const numbers = drawNumbers(batchCase);
  const batch = runCase(engine, batchCase, numbers);
  const shapes = { ...batchCase.inputs, ...batchCase.outputs };
  RAGGED.lengths.forEach((T, b) => {
    /** Selects sequence b from every array with a batch dimension. */
    const take = (arrays: Named<Float32Array>) =>
      mapNamed(arrays, (values, name) => {
        if (!shapes[name]) return values;
        return takeSequence(values, shapes[name], b, ["x", "output"].includes(name) ? T : undefined);
      });
    const alone = runCase(engine, caseOf(check, { ...RAGGED, T, B: 1, lengths: undefined }), {
      values: take(numbers.values),
      cotangents: take(numbers.cotangents),
    });
    const expected = take(batch.outputs);
    assertSameNamed(alone.outputs, expected, `${what}, sequence ${b}`);
    const inputs = (gradients: Named<Float32Array>) => mapNamed(batchCase.inputs, (_, name) => gradients[name]);
    assertSameNamed(inputs(alone.gradients), take(inputs(batch.gradients)), `${what}, sequence ${b}, gradients`);
  });
}
