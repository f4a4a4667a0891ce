import { assert, assertEquals } from "@std/assert";
import { sizeOf } from "../../src/tensor/mod.ts";
import {
  add,
  type Engine,
  inference,
  type Module,
  type ModuleOptions,
  mul,
  Random,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertSameBits } from "./bounds.ts";
import { assertAllClose } from "./close.ts";
import { checkGradient } from "./finite_difference.ts";
import { randomFloats } from "./floats.ts";
import { engineOf } from "./gradient_check.ts";
import { isOrdinary, testedBuilds } from "./memory_kind.ts";

/** Maximum error of an output against the float64 oracle, absolute or relative. */
const OUTPUT_TOLERANCE = 3e-6;
/** Maximum error of a gradient against the float64 oracle and finite differences, absolute or relative. */
const GRADIENT_TOLERANCE = 1e-5;

/** Seed and step number of every training step of the contract, from which dropout masks are drawn. */
export const DROPOUT_STEP = { seed: 7, step: 3 };

/** Values by name. */
export type Named<Thing> = Record<string, Thing>;
/** Shapes by name. */
export type Shapes = Named<readonly number[]>;

/** A layer and how it runs. */
export interface Layer {
  /** The module that holds the parameters. */
  readonly module: Module;
  /** Maps inputs to outputs. */
  readonly run: (inputs: Named<Tensor>) => Named<Tensor>;
}

/** The result of a layer's float64 oracle. */
export interface TwinRun {
  /** The outputs. */
  readonly outputs: Named<Float64Array>;
  /** Maps the gradients of the outputs to those of inputs and parameters. */
  readonly backward: (cotangents: Named<Float64Array>) => Named<Float64Array>;
}

/** One test case of a layer. */
export interface LayerCase {
  /** The float inputs. */
  readonly inputs: Shapes;
  /** The parameters by PyTorch's names, in PyTorch's order. */
  readonly parameters: Shapes;
  /** The outputs. */
  readonly outputs: Shapes;
  /** Makes the layer. */
  readonly make: (options: ModuleOptions) => Layer;
  /** Runs the float64 oracle on the values of all inputs and parameters. */
  readonly twin: (values: Named<Float64Array>) => TwinRun;
  /** Step of the finite differences. Default: 1e-3. */
  readonly eps?: number;
  /** Computes the expected outputs in inference. Default: the outputs in training. */
  readonly inferred?: (values: Named<Float32Array>, engine: Engine) => Named<Float32Array>;
}

/** The numeric data of a case. */
export interface CaseNumbers {
  /** Values of inputs and parameters. */
  readonly values: Named<Float32Array>;
  /** Gradients of the outputs. */
  readonly cotangents: Named<Float32Array>;
}

/** The results of a step. */
export interface Outcome {
  /** The outputs. */
  readonly outputs: Named<Float32Array>;
  /** Gradients of the inputs and parameters that have one. */
  readonly gradients: Named<Float32Array>;
}

/** Applies a function to every value. */
export function mapNamed<A, B>(named: Named<A>, f: (thing: A, name: string) => B): Named<B> {
  return Object.fromEntries(Object.entries(named).map(([name, thing]) => [name, f(thing, name)]));
}

/** Draws numbers in [-1, 1) for all inputs, parameters and output gradients of a case. */
export function drawNumbers({ inputs, parameters, outputs }: LayerCase, seed = 1): CaseNumbers {
  let stream = 1000 * seed;
  const draw = (shapes: Shapes) => mapNamed(shapes, (shape) => randomFloats(stream++, sizeOf(shape)));
  return { values: { ...draw(inputs), ...draw(parameters) }, cotangents: draw(outputs) };
}

/** Makes the layer of a case and sets its parameters to the given values. Default: the layer's own initialization. */
export function makeLayer(
  layerCase: LayerCase,
  engine: Engine,
  { values, seed = 5 }: { values?: Named<Float32Array>; seed?: number },
): Layer {
  const layer = layerCase.make({ engine, random: new Random(seed, { engine }) });
  if (values) { for (const [name, parameter] of layer.module.namedParameters()) parameter.assign(values[name]); }
  return layer;
}

function place(
  engine: Engine,
  shapes: Shapes,
  values: Named<Float32Array>,
  isWanting: (name: string) => boolean,
): Named<Tensor> {
  return mapNamed(shapes, (shape, name) => tensor(values[name], shape, { engine, requiresGradient: isWanting(name) }));
}

/** Computes the scalar product of the outputs and their cotangents. */
export function weighOutputs(engine: Engine, outputs: Named<Tensor>, cotangents: Named<Float32Array>): Tensor {
  return Object.entries(cotangents)
    .map(([name, values]) => sum(mul(outputs[name], tensor(values, outputs[name].shape, { engine }))))
    .reduce((a, b) => add(a, b));
}

/** Runs a training step. Gradients accumulate in the layer's parameters. */
export function differentiate(
  engine: Engine,
  { inputs: shapes }: LayerCase,
  { module, run }: Layer,
  { values, cotangents }: CaseNumbers,
  frozen?: string,
): Outcome {
  return training(() => {
    const inputs = place(engine, shapes, values, (name) => name !== frozen);
    const outputs = run(inputs);
    weighOutputs(engine, outputs, cotangents).backward();
    const receivers = Object.entries({ ...inputs, ...Object.fromEntries(module.namedParameters()) });
    return {
      outputs: mapNamed(outputs, (output) => output.toArray()),
      gradients: Object.fromEntries(
        receivers.filter(([, { hasGradient }]) => hasGradient).map(([name, to]) => [name, to.gradients()]),
      ),
    };
  }, { engine, ...DROPOUT_STEP });
}

/** Runs a case once, forward and backward. */
export function runCase(engine: Engine, layerCase: LayerCase, numbers: CaseNumbers): Outcome {
  return differentiate(engine, layerCase, makeLayer(layerCase, engine, numbers), numbers);
}

/** Runs a layer forward in inference. */
export function infer(
  engine: Engine,
  { inputs }: LayerCase,
  { run }: Layer,
  { values }: CaseNumbers,
): Named<Float32Array> {
  return inference(() => {
    const outputs = run(place(engine, inputs, values, () => false));
    assert(
      Object.values(outputs).every(({ requiresGradient }) => !requiresGradient),
      "inference recorded operations for gradients",
    );
    return mapNamed(outputs, (output) => output.toArray());
  }, { engine });
}

/** Asserts that two sets of arrays have the same names and the same bits. */
export function assertSameNamed(actual: Named<Float32Array>, expected: Named<Float32Array>, what: string): void {
  assertEquals(Object.keys(actual), Object.keys(expected), what);
  for (const name in expected) assertSameBits(actual[name], expected[name], `${what}: ${name}`);
}

/** Asserts that two outcomes have the same bits. */
export function assertSameOutcome(actual: Outcome, expected: Outcome, what: string): void {
  assertSameNamed(actual.outputs, expected.outputs, what);
  assertSameNamed(actual.gradients, expected.gradients, `${what}: gradients`);
}

const toDoubles = (named: Named<Float32Array>) => mapNamed(named, (values) => Float64Array.from(values));

/** Registers the tests that every layer must pass, in both kernel builds. Each case is a layer with its sizes. */
export function layerContract(name: string, cases: Named<LayerCase>): void {
  const test = (title: string, check: (layerCase: LayerCase, engine: Engine, what: string) => void): void =>
    Deno.test(`${name}: ${title}`, () => {
      for (const [caseName, layerCase] of Object.entries(cases)) {
        for (const build of testedBuilds()) check(layerCase, engineOf(build), `${name}, ${caseName}, ${build}`);
      }
    });
  test("parameters have PyTorch's names, order and shapes", checkParameters);
  test(`outputs match the float64 oracle within ${OUTPUT_TOLERANCE.toExponential()}`, checkOutputs);
  test(
    `gradients match the float64 oracle and its finite differences within ${GRADIENT_TOLERANCE.toExponential()}`,
    checkGradients,
  );
  test("inference is bit-identical to training, except for dropout", checkInference);
  test("the same seed gives the same bits", checkSeed);
  const hasParameters = Object.values(cases).some(({ parameters }) => Object.keys(parameters).length > 0);
  if (!hasParameters) return;
  test("parameter gradients accumulate over steps", checkAccumulation);
  if (Object.values(cases).every(isAlone)) return;
  test("a frozen input or parameter gets no gradient and does not affect other gradients", checkFrozen);
}

function checkParameters(layerCase: LayerCase, engine: Engine, what: string): void {
  const named = makeLayer(layerCase, engine, {}).module.namedParameters();
  const shapes = Object.entries(layerCase.parameters);
  assertEquals([...named].map(([name, { shape }]) => [name, [...shape]]), shapes.map(([n, s]) => [n, [...s]]), what);
}

function checkOutputs(layerCase: LayerCase, engine: Engine, what: string): void {
  const numbers = drawNumbers(layerCase);
  const { run } = makeLayer(layerCase, engine, numbers);
  const expected = oracleOf(layerCase).outputs;
  training(() => {
    const outputs = run(place(engine, layerCase.inputs, numbers.values, () => true));
    assertEquals(
      mapNamed(outputs, ({ shape }) => [...shape]),
      mapNamed(layerCase.outputs, (shape) => [...shape]),
      what,
    );
    for (const name in outputs) {
      const options = { tolerance: OUTPUT_TOLERANCE, name: `${what}: ${name}` };
      assertAllClose(outputs[name].toArray(), expected[name], options);
    }
  }, { engine, ...DROPOUT_STEP });
}

/** The results of the float64 oracle for the numbers of a case, the same for every build. */
interface Oracle {
  readonly layerCase: LayerCase;
  readonly outputs: Named<Float64Array>;
  /** The gradients from some of the outputs, by the outputs' names. */
  readonly gradients: Named<Named<Float64Array>>;
}

/** Of the last case: the builds follow each other. Keeping all would fill the memory. */
let oracle: Oracle | undefined;

/** Runs the oracle of a case, once for all builds. */
function oracleOf(layerCase: LayerCase): Oracle {
  if (oracle?.layerCase === layerCase) return oracle;
  const { values, cotangents } = drawNumbers(layerCase);
  const { outputs, backward } = layerCase.twin(toDoubles(values));
  const zeros = mapNamed(layerCase.outputs, (shape) => new Float64Array(sizeOf(shape)));
  const gradients: Named<Named<Float64Array>> = {};
  for (const names of weighedOutputs(Object.keys(layerCase.outputs))) {
    gradients[`${names}`] = backward({ ...zeros, ...toDoubles(choose(cotangents, names)) });
  }
  return oracle = { layerCase, outputs, gradients };
}

function checkGradients(layerCase: LayerCase, engine: Engine, what: string): void {
  const names = [...Object.keys(layerCase.inputs), ...Object.keys(layerCase.parameters)];
  const outputs = Object.keys(layerCase.outputs);
  const { values, cotangents } = drawNumbers(layerCase);
  for (const weighed of weighedOutputs(outputs)) {
    const { gradients } = runCase(engine, layerCase, { values, cotangents: choose(cotangents, weighed) });
    const expected = oracleOf(layerCase).gradients[`${weighed}`];
    for (const name of names) {
      const options = { tolerance: GRADIENT_TOLERANCE, name: `${what}: gradient of ${name} from ${weighed}` };
      assertAllClose(gradients[name] ?? new Float32Array(values[name].length), expected[name], options);
    }
    if (weighed.length < outputs.length) continue;
    assertEquals(Object.keys(gradients), names, what);
    checkDifferences(layerCase, gradients);
  }
}

/** The cases whose gradients have been compared with finite differences of the oracle. */
const differenced = new WeakSet<LayerCase>();

/** Compares gradients with finite differences of the oracle, once for a case: no engine has a part in these. */
function checkDifferences(layerCase: LayerCase, gradients: Named<Float32Array>): void {
  if (!isOrdinary() || differenced.has(layerCase)) return;
  differenced.add(layerCase);
  const { values, cotangents } = drawNumbers(layerCase);
  const loss = (at: Named<Float64Array>) => weighTwin(layerCase.twin(at).outputs, cotangents);
  const options = { tolerance: GRADIENT_TOLERANCE, directions: 1, eps: layerCase.eps };
  checkGradient(loss, toDoubles(values), gradients, options);
}

function choose(named: Named<Float32Array>, names: string[]): Named<Float32Array> {
  return Object.fromEntries(names.map((name) => [name, named[name]]));
}

/** Lists sets of outputs: all together and, if there are several, each one alone. */
function weighedOutputs(names: string[]): string[][] {
  return names.length === 1 ? [names] : [names, ...names.map((name) => [name])];
}

function weighTwin(outputs: Named<Float64Array>, cotangents: Named<Float32Array>): number {
  let total = 0;
  for (const [name, weights] of Object.entries(cotangents)) {
    weights.forEach((weight, i) => total += weight * outputs[name][i]);
  }
  return total;
}

function checkInference(layerCase: LayerCase, engine: Engine, what: string): void {
  const numbers = drawNumbers(layerCase);
  const layer = makeLayer(layerCase, engine, numbers);
  const trained = differentiate(engine, layerCase, layer, numbers).outputs;
  const expected = layerCase.inferred?.(numbers.values, engine) ?? trained;
  for (const time of ["first", "second"]) {
    assertSameNamed(infer(engine, layerCase, layer, numbers), expected, `${what}, the ${time} time`);
  }
}

function checkSeed(layerCase: LayerCase, engine: Engine, what: string): void {
  const numbers = drawNumbers(layerCase);
  const run = (seed: number) => {
    const layer = makeLayer(layerCase, engine, { seed });
    const values = mapNamed(Object.fromEntries(layer.module.namedParameters()), (parameter) => parameter.toArray());
    return { values, outcome: differentiate(engine, layerCase, layer, numbers) };
  };
  const [first, second] = [run(5), run(5)];
  assertSameNamed(second.values, first.values, `${what}: first values`);
  assertSameOutcome(second.outcome, first.outcome, what);
}

function checkAccumulation(layerCase: LayerCase, engine: Engine, what: string): void {
  const numbers = drawNumbers(layerCase);
  const layer = makeLayer(layerCase, engine, numbers);
  const once = differentiate(engine, layerCase, layer, numbers).gradients;
  const twice = differentiate(engine, layerCase, layer, numbers).gradients;
  for (const name in layerCase.parameters) {
    const options = { tolerance: GRADIENT_TOLERANCE, name: `${what}: ${name}` };
    assertAllClose(twice[name], once[name].map((value) => 2 * value), options);
  }
}

/** Whether only one input or parameter is differentiable. If that one is frozen, nothing requires a gradient. */
function isAlone({ inputs, parameters }: LayerCase): boolean {
  return Object.keys({ ...inputs, ...parameters }).length === 1;
}

function checkFrozen(layerCase: LayerCase, engine: Engine, what: string): void {
  const numbers = drawNumbers(layerCase);
  const all = runCase(engine, layerCase, numbers);
  for (const frozen in all.gradients) {
    const layer = makeLayer(layerCase, engine, numbers);
    const parameter = layer.module.namedParameters().get(frozen);
    if (parameter) parameter.requiresGradient = false;
    const { [frozen]: _, ...gradients } = all.gradients;
    const outcome = differentiate(engine, layerCase, layer, numbers, frozen);
    assertSameOutcome(outcome, { ...all, gradients }, `${what}, ${frozen} frozen`);
  }
}
