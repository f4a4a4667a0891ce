import { assertEquals } from "@std/assert";
import type { Engine } from "../../src/engine/mod.ts";
import type { Build } from "../../src/kernels/mod.ts";
import { add, inference, mul, Parameter, sizeOf, sum, type Tensor, tensor, training } from "../../src/tensor/mod.ts";
import { assertSameBits } from "./bounds.ts";
import { assertAllClose } from "./close.ts";
import { checkGradient } from "./finite_difference.ts";
import { randomFloats } from "./floats.ts";
import { startEngine, testedBuilds } from "./memory_kind.ts";

/** Reads an element of an input in double precision, by its index. */
export type Accessor = (...index: number[]) => number;

/** A differentiable operation and its definition. */
export interface Operation<Name extends string> {
  /** Shapes of the inputs. */
  readonly inputs: Readonly<Record<Name, readonly number[]>>;
  /** Range of the inputs' values. Default: [-1, 1). */
  readonly range?: readonly [low: number, high: number];
  /** Maximum error of a value. Default: 3e-6. */
  readonly tolerance?: number;
  /** Step of the finite differences. Default: 1e-3. */
  readonly eps?: number;
  /** The operation. */
  readonly apply: (inputs: Readonly<Record<Name, Tensor>>) => Tensor;
  /** Shape of the result. */
  readonly shape: readonly number[];
  /** Computes one element of the result from the inputs' elements. */
  readonly element: (inputs: Readonly<Record<Name, Accessor>>, index: readonly number[]) => number;
}

/** Options for building a loss from an operation. */
interface Use<Name extends string> {
  /** Inputs that do not require a gradient. */
  readonly fixed?: readonly Name[];
  /** Whether the inputs are parameters or tensors of the step. */
  readonly persistent?: boolean;
  /** Whether to apply the operation a second time and ignore the result. */
  readonly unused?: boolean;
  /** Whether to apply the operation a second time, with the same inputs and other weights. */
  readonly twice?: boolean;
}

interface Outcome<Name extends string> {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  /** Undefined for an input without a gradient. */
  readonly gradients: Readonly<Record<Name, Float32Array | undefined>>;
}

const VALUE_TOLERANCE = 3e-6;
const GRADIENT_TOLERANCE = 1e-5;

const engines = new Map<Build, Engine>();

/** Creates one engine per build for all tests of a file. */
export function engineOf(build: Build): Engine {
  let engine = engines.get(build);
  if (!engine) engines.set(build, engine = startEngine(build));
  return engine;
}

function accessor(values: ArrayLike<number>, shape: readonly number[]): Accessor {
  return (...index) => values[index.reduce((at, i, d) => at * shape[d] + i, 0)];
}

function namesOf<Name extends string>(operation: Operation<Name>): Name[] {
  return Object.keys(operation.inputs) as Name[];
}

function mapNames<Name extends string, T>(names: readonly Name[], f: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, f(name)])) as Record<Name, T>;
}

/** Computes all elements of the result in double precision. */
function evaluate<Name extends string>(
  operation: Operation<Name>,
  values: Readonly<Record<Name, Float64Array>>,
): Float64Array {
  const { inputs, shape, element } = operation;
  const accessors = mapNames(namesOf(operation), (name) => accessor(values[name], inputs[name]));
  return Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const index = new Array<number>(shape.length);
    for (let d = shape.length - 1, rest = i; d >= 0; rest = Math.floor(rest / shape[d]), d--) {
      index[d] = rest % shape[d];
    }
    return element(accessors, index);
  });
}

/** Runs a training step whose loss is a weighted sum of the result's elements. */
function differentiate<Name extends string>(
  build: Build,
  operation: Operation<Name>,
  values: Readonly<Record<Name, Float32Array>>,
  weights: readonly Float32Array[],
  { fixed = [], persistent = false, unused = false, twice = false }: Use<Name> = {},
): Outcome<Name> {
  const { inputs, apply } = operation;
  const names = namesOf(operation);
  const engine = engineOf(build);
  return training(() => {
    const made = mapNames(names, (name) => {
      if (persistent) return new Parameter(inputs[name], { engine, values: values[name] });
      return tensor(values[name], inputs[name], { engine, requiresGradient: !fixed.includes(name) });
    });
    const y = apply(made);
    if (unused) mul(apply(made), apply(made));
    let loss = sum(mul(y, tensor(weights[0], y.shape, { engine })));
    if (twice) loss = add(loss, sum(mul(apply(made), tensor(weights[1], y.shape, { engine }))));
    loss.backward();
    const gradients = mapNames(names, (name) => made[name].hasGradient ? made[name].gradients() : undefined);
    return { values: y.toArray(), shape: y.shape, gradients };
  }, { engine });
}

/** Asserts that gradients agree with finite differences of the definition's weighted sum. */
function assertGradients<Name extends string>(
  operation: Operation<Name>,
  values: Readonly<Record<Name, Float32Array>>,
  weights: Float64Array,
  gradients: Readonly<Record<Name, Float32Array | undefined>>,
): void {
  const names = namesOf(operation);
  checkGradient(
    (inputs) => evaluate(operation, inputs).reduce((loss, y, i) => loss + weights[i] * y, 0),
    mapNames(names, (name) => Float64Array.from(values[name])),
    mapNames(names, (name) => gradients[name] ?? new Float32Array(values[name].length)),
    { tolerance: GRADIENT_TOLERANCE, eps: operation.eps },
  );
}

/** Computes the values in an inference step, with parameters as inputs. */
function infer<Name extends string>(
  build: Build,
  operation: Operation<Name>,
  values: Readonly<Record<Name, Float32Array>>,
): Float32Array {
  const engine = engineOf(build);
  const made = mapNames(
    namesOf(operation),
    (name) => new Parameter(operation.inputs[name], { engine, values: values[name] }),
  );
  return inference(() => operation.apply(made).toArray(), { engine });
}

/**
 * Registers the tests that every differentiable operation must pass, in both builds. Its values match its definition.
 * Its gradients match finite differences of the definition, for parameters and for tensors of the step, whether it is
 * applied once or twice. An unused result has no effect. An input that does not require a gradient gets none and does
 * not affect the others. Inference computes the same bits as training.
 */
export function checkOperation<Name extends string>(operation: Operation<Name>): void {
  const names = namesOf(operation);
  const [low, high] = operation.range ?? [-1, 1];
  const values = mapNames(names, (name) => {
    return randomFloats(names.indexOf(name) + 1, sizeOf(operation.inputs[name]), low, high);
  });
  const exact = evaluate(operation, mapNames(names, (name) => Float64Array.from(values[name])));
  const weights = [randomFloats(11, exact.length), randomFloats(12, exact.length)];
  const both = Float64Array.from(weights[0], (w, i) => w + weights[1][i]);
  for (const build of testedBuilds()) {
    const run = (use?: Use<Name>) => differentiate(build, operation, values, weights, use);
    const plain = run();
    assertEquals(plain.shape, operation.shape);
    assertAllClose(plain.values, exact, { tolerance: operation.tolerance ?? VALUE_TOLERANCE, name: "values" });
    assertGradients(operation, values, Float64Array.from(weights[0]), plain.gradients);
    assertGradients(operation, values, both, run({ twice: true }).gradients);
    assertSameOutcome(run({ persistent: true }), plain, names, "parameters");
    assertSameOutcome(run({ unused: true }), plain, names, "an unused result");
    for (const name of names.length > 1 ? names : []) {
      const others = run({ fixed: [name] });
      assertEquals(others.gradients[name], undefined, `${name} is frozen but has a gradient`);
      assertSameOutcome(others, plain, names.filter((other) => other !== name), `without a gradient for ${name}`);
    }
    assertSameBits(infer(build, operation, values), plain.values, "inference");
  }
}

function assertSameOutcome<Name extends string>(
  actual: Outcome<Name>,
  expected: Outcome<Name>,
  names: readonly Name[],
  what: string,
): void {
  assertSameBits(actual.values, expected.values, `${what}: values`);
  for (const name of names) {
    assertEquals(actual.gradients[name] === undefined, false, `${what}: ${name} has no gradient`);
    assertSameBits(actual.gradients[name]!, expected.gradients[name]!, `${what}: gradient of ${name}`);
  }
}
