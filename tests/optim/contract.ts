import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Engine } from "../../src/engine/mod.ts";
import type { Optimizer, OptimizerOptions, Trainable } from "../../src/optim/mod.ts";
import { mul, Parameter, sum, tensor, training } from "../../src/tensor/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { type GoldenTensors, loadGolden, type OptimizerGolden } from "../support/goldens.ts";
import { startEngine, testedBuilds } from "../support/memory_kind.ts";

export type MakeOptimizer<Options extends OptimizerOptions> = new (
  parameters: Trainable<Options>,
  options: Options,
) => Optimizer<Options>;

/** The optimizer under test. */
export interface OptimizerSubject<Options extends OptimizerOptions> {
  readonly make: MakeOptimizer<Options>;
  /** PyTorch goldens to reproduce; their options are used in all other checks too. */
  readonly goldens: readonly string[];
  /** Invalid options, by the text that their error message must contain. */
  readonly wrong?: Readonly<Record<string, Partial<Options>>>;
}

/** Named parameters and the optimizer that trains them. */
interface Run<Options extends OptimizerOptions> {
  readonly engine: Engine;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly optimizer: Optimizer<Options>;
}

/** Input of one check: a golden and a build of the kernels. */
interface Check<Options extends OptimizerOptions> {
  readonly make: MakeOptimizer<Options>;
  readonly golden: OptimizerGolden;
  readonly options: Options;
  readonly engine: Engine;
  readonly what: string;
}

const OUR_NAMES: Readonly<Record<string, string>> = { lr: "learningRate", weight_decay: "weightDecay", eps: "epsilon" };

function optionsOf<Options>(golden: OptimizerGolden): Options {
  return Object.fromEntries(
    Object.entries(golden.options).map(([name, value]) => [OUR_NAMES[name] ?? name, value]),
  ) as Options;
}

/** Makes parameters with the given values. */
export function makeParameters(tensors: GoldenTensors, engine: Engine): Record<string, Parameter> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, new Parameter(shape, { engine, values: data })]),
  );
}

/** Adds `gradients` times `factor` to the gradients, as training does. */
export function addGradients(
  parameters: Readonly<Record<string, Parameter>>,
  gradients: GoldenTensors,
  factor = 1,
): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const { engine, shape } = parameter;
    const values = gradients[name].data.map((value) => Math.fround(factor) * value);
    training(() => sum(mul(parameter, tensor(values, shape, { engine }))).backward(), { engine });
  }
}

function start<Options extends OptimizerOptions>({ make, golden, options, engine }: Check<Options>): Run<Options> {
  const parameters = makeParameters(golden.initial, engine);
  return { engine, parameters, optimizer: new make(Object.values(parameters), options) };
}

/** Replays the golden's steps `from` to `to`: sets the gradients, then takes a step. */
function takeSteps<Options extends OptimizerOptions>(
  { parameters, optimizer }: Run<Options>,
  { steps }: OptimizerGolden,
  from: number,
  to: number,
): void {
  for (const { gradients } of steps.slice(from, to)) {
    optimizer.zeroGradients();
    addGradients(parameters, gradients);
    optimizer.step();
  }
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.slice().buffer);
}

/** Copies everything that a step may change. */
function snapshot<Options extends OptimizerOptions>({ engine, parameters, optimizer }: Run<Options>): unknown {
  const { slab } = optimizer;
  const { steps, moments } = optimizer.state();
  return {
    steps,
    values: bitsOf(engine.floats(slab.values, slab.size)),
    gradients: bitsOf(engine.floats(slab.gradients, slab.size)),
    moments: Object.entries(moments).map(([name, values]) => [name, bitsOf(values)]),
    versions: Object.values(parameters).map(({ version }) => version),
  };
}

function valuesOf(parameters: Readonly<Record<string, Parameter>>): unknown {
  return Object.entries(parameters).map(([name, parameter]) => [name, bitsOf(parameter.toArray())]);
}

function checkGolden<Options extends OptimizerOptions>(check: Check<Options>): void {
  const run = start(check);
  check.golden.steps.forEach(({ parameters }, i) => {
    const versions = Object.values(run.parameters).map(({ version }) => version);
    takeSteps(run, check.golden, i, i + 1);
    assertEquals(run.optimizer.steps, i + 1);
    Object.values(run.parameters).forEach(({ version }, j) =>
      assert(version > versions[j], "a step touches parameters")
    );
    for (const [name, { data }] of Object.entries(parameters)) {
      const found = run.parameters[name].toArray();
      assertAllClose(found, data, { tolerance: 1e-6, name: `${check.what}: ${name} after step ${i + 1}` });
    }
  });
}

function checkGaps<Options extends OptimizerOptions>(check: Check<Options>): void {
  const { engine, parameters, optimizer } = start(check);
  takeSteps({ engine, parameters, optimizer }, check.golden, 0, 3);
  const { slab } = optimizer;
  const runs = [engine.floats(slab.values, slab.size), ...Object.values(optimizer.state().moments)];
  assert(slab.size > slab.places.reduce((total, { parameter }) => total + parameter.size, 0));
  for (const values of runs) {
    for (const { parameter, offset } of slab.places) values.fill(0, offset, offset + parameter.size);
    assertEquals([...new Set(values)], [0], check.what);
  }
}

function checkGroups<Options extends OptimizerOptions>(check: Check<Options>): void {
  const { make, golden, options, engine, what } = check;
  const special: Partial<OptimizerOptions> = { learningRate: options.learningRate / 4, weightDecay: 0.3 };
  const together = makeParameters(golden.initial, engine);
  const apart = makeParameters(golden.initial, engine);
  const { weight, bias } = together;
  const groups = [{ parameters: [weight] }, { parameters: [] }, {
    parameters: [bias],
    options: special as Partial<Options>,
  }];
  const optimizer = new make(groups, options);
  assertEquals(optimizer.learningRate, options.learningRate);
  takeSteps({ engine, parameters: together, optimizer }, golden, 0, 4);
  const alone = { engine, parameters: { weight: apart.weight }, optimizer: new make([apart.weight], options) };
  takeSteps(alone, golden, 0, 4);
  const other = new make([apart.bias], { ...options, ...special });
  takeSteps({ engine, parameters: { bias: apart.bias }, optimizer: other }, golden, 0, 4);
  assertEquals(valuesOf(together), valuesOf(apart), what);
}

function checkResume<Options extends OptimizerOptions>(check: Check<Options>): void {
  const unbroken = start(check);
  takeSteps(unbroken, check.golden, 0, 4);
  const state = unbroken.optimizer.state();
  const resumed = start(check);
  for (const [name, parameter] of Object.entries(resumed.parameters)) {
    parameter.assign(unbroken.parameters[name].toArray());
  }
  const copy = structuredClone(state);
  takeSteps(unbroken, check.golden, 4, 10);
  assertEquals(state, copy, `${check.what}: the state is a copy`);
  resumed.optimizer.restore(state);
  assertEquals(resumed.optimizer.steps, 4);
  takeSteps(resumed, check.golden, 4, 10);
  assertEquals(resumed.optimizer.state(), unbroken.optimizer.state(), check.what);
  assertEquals(valuesOf(resumed.parameters), valuesOf(unbroken.parameters), check.what);
}

function checkNonFinite<Options extends OptimizerOptions>(check: Check<Options>): void {
  const run = start(check);
  takeSteps(run, check.golden, 0, 2);
  const { bias } = run.parameters;
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const clipping of [{}, { clipNorm: 0.1 }, { clipValue: 0.1 }, { clipNorm: 0.1, clipValue: 0.1 }]) {
      run.optimizer.zeroGradients();
      addGradients(run.parameters, check.golden.steps[2].gradients);
      run.engine.floats(bias.claimGradient(), bias.size)[1] = value;
      const before = snapshot(run);
      assertThrows(
        () => run.optimizer.step(clipping),
        RangeError,
        `step an optimizer: expected finite gradients, found a norm of ${Math.abs(value)}`,
      );
      assertEquals(snapshot(run), before, `${check.what}: ${value} with ${JSON.stringify(clipping)}`);
    }
  }
}

function checkClipping<Options extends OptimizerOptions>(check: Check<Options>): void {
  const [clipped, scaled] = [start(check), start(check)];
  const { gradients } = check.golden.steps[0];
  addGradients(clipped.parameters, gradients);
  const norm = Math.hypot(...Object.values(gradients).flatMap(({ data }) => [...data]));
  const limit = norm / 3;
  const returned = clipped.optimizer.step({ clipNorm: limit });
  assert(Math.abs(returned - norm) < 1e-9 * norm, `${check.what}: the norm before clipping`);
  addGradients(scaled.parameters, gradients, limit / (returned + 1e-6));
  scaled.optimizer.step();
  assertEquals(valuesOf(clipped.parameters), valuesOf(scaled.parameters), check.what);
}

function checkFactor<Options extends OptimizerOptions>(check: Check<Options>): void {
  const slowed = start(check);
  const slow = start({ ...check, options: { ...check.options, learningRate: check.options.learningRate / 2 } });
  slowed.optimizer.factor = 0.5;
  takeSteps(slowed, check.golden, 0, 3);
  takeSteps(slow, check.golden, 0, 3);
  assertEquals(slowed.optimizer.learningRate, slow.optimizer.learningRate);
  assertEquals(valuesOf(slowed.parameters), valuesOf(slow.parameters), check.what);
  const before = snapshot(slowed);
  for (const factor of [NaN, -1, Infinity]) {
    slowed.optimizer.factor = factor;
    const message = `step an optimizer: expected a finite factor of at least 0, found ${factor}`;
    assertThrows(() => slowed.optimizer.step(), RangeError, message);
  }
  assertEquals(snapshot(slowed), before, check.what);
}

function checkRestore<Options extends OptimizerOptions>(check: Check<Options>): void {
  const run = start(check);
  takeSteps(run, check.golden, 0, 2);
  const state = run.optimizer.state();
  takeSteps(run, check.golden, 2, 3);
  const before = snapshot(run);
  const bad: [string, typeof state][] = [
    ["expected a whole number of steps, found -1", { ...state, steps: -1 }],
    ["expected a whole number of steps, found 0.5", { ...state, steps: 0.5 }],
    ["found unheard", { ...state, moments: { ...state.moments, unheard: new Float32Array(run.optimizer.slab.size) } }],
  ];
  for (const name of Object.keys(state.moments)) {
    const { [name]: _, ...others } = state.moments;
    const size = run.optimizer.slab.size;
    bad.push([`expected ${size} numbers of ${name}, found none`, { ...state, moments: others }]);
    const short = { ...state.moments, [name]: new Float32Array(size - 1) };
    bad.push([`expected ${size} numbers of ${name}, found ${size - 1}`, { ...state, moments: short }]);
  }
  for (const [message, wrong] of bad) {
    assertThrows(() => run.optimizer.restore(wrong), RangeError, message, check.what);
    assertEquals(snapshot(run), before, `${check.what}: ${message}`);
  }
}

function checkOptions<Options extends OptimizerOptions>(
  { make, options, engine }: Check<Options>,
  wrong: Readonly<Record<string, Partial<Options>>>,
): void {
  const parameter = new Parameter([3], { engine, values: [1, 2, 3] });
  const { address } = parameter;
  const common: Record<string, Partial<OptimizerOptions>> = {
    "expected a finite learningRate of at least 0, found NaN": { learningRate: NaN },
    "expected a finite learningRate of at least 0, found -1": { learningRate: -1 },
    "expected a finite learningRate of at least 0, found Infinity": { learningRate: Infinity },
    "expected a finite weightDecay of at least 0, found -0.1": { weightDecay: -0.1 },
    "expected a finite weightDecay of at least 0, found NaN": { weightDecay: NaN },
  };
  for (const [message, bad] of Object.entries({ ...common, ...wrong }) as [string, Partial<Options>][]) {
    assertThrows(() => new make([parameter], { ...options, ...bad }), RangeError, message);
    assertThrows(() => new make([{ parameters: [parameter], options: bad }], options), RangeError, message);
  }
  assertEquals(parameter.address, address, "a parameter stays where it is when no optimizer comes to be");
}

function checkFrozen<Options extends OptimizerOptions>(check: Check<Options>): void {
  const { make, golden, options, engine, what } = check;
  const parameters = makeParameters(golden.initial, engine);
  const apart = makeParameters(golden.initial, engine);
  const decayed = { ...options, weightDecay: 0.3 };
  const run = { engine, parameters, optimizer: new make(Object.values(parameters), decayed) };
  parameters.weight.requiresGradient = false;
  takeSteps({ ...run, parameters: { bias: parameters.bias } }, golden, 0, 3);
  const others = { bias: apart.bias };
  takeSteps({ engine, parameters: others, optimizer: new make([apart.bias], decayed) }, golden, 0, 3);
  assertEquals(valuesOf(parameters), valuesOf(apart), what);
  const [place] = run.optimizer.slab.places;
  for (const values of Object.values(run.optimizer.state().moments)) {
    assertEquals([...new Set(values.subarray(0, place.parameter.size))], [0], what);
  }
}

function checkOwner<Options extends OptimizerOptions>(check: Check<Options>): void {
  const run = start(check);
  takeSteps(run, check.golden, 0, 2);
  const { optimizer, parameters } = run;
  const state = optimizer.state();
  const later = new check.make([parameters.bias], check.options);
  const before = snapshot({ ...run, optimizer: later });
  const calls = {
    "set gradients to zero": () => optimizer.zeroGradients(),
    "step an optimizer": () => optimizer.step(),
    "copy an optimizer's state": () => optimizer.state(),
    "restore an optimizer": () => optimizer.restore(state),
  };
  for (const [action, call] of Object.entries(calls)) {
    const expected = "expected parameters that only this optimizer owns, found some moved by a later optimizer";
    assertThrows(call, RangeError, `${action}: ${expected}; make one optimizer, or drop the old one`, check.what);
  }
  assertEquals(snapshot({ ...run, optimizer: later }), before, check.what);
  takeSteps({ ...run, parameters: { bias: parameters.bias }, optimizer: later }, check.golden, 2, 3);
  assertEquals(later.steps, 1);
}

/** Tests what must hold for every optimizer, with the options of each golden and in both builds of the kernels. */
export function optimizerContract<Options extends OptimizerOptions>(
  name: string,
  { make, goldens, wrong = {} }: OptimizerSubject<Options>,
): void {
  const test = (what: string, run: (check: Check<Options>) => void): void =>
    Deno.test(`${name}: ${what}`, async () => {
      const cases = await loadGolden("optimizers");
      for (const build of testedBuilds()) {
        const engine = startEngine(build);
        for (const key of goldens) {
          const golden = cases[key];
          run({ make, golden, options: optionsOf<Options>(golden), engine, what: `${key}, ${build}` });
        }
      }
    });
  test("ten steps match PyTorch within 1e-6", checkGolden);
  test("the gaps between parameters in the slab stay zero", checkGaps);
  test("parameter groups train like separate optimizers, to the bit", checkGroups);
  test("a restored optimizer continues to the same bits", checkResume);
  test("a step with non-finite gradients throws and changes nothing", checkNonFinite);
  test("clipping by norm equals a step with scaled gradients, to the bit", checkClipping);
  test("factor multiplies the learning rate; a factor out of range throws and changes nothing", checkFactor);
  test("restore refuses a state of another optimizer and changes nothing", checkRestore);
  test("a parameter whose requiresGradient is false keeps its values, also with weight decay", checkFrozen);
  test("an optimizer whose parameters a later one took over throws and changes nothing", checkOwner);
  test("options out of range are refused, also in a group", (check) => checkOptions(check, wrong));
}
