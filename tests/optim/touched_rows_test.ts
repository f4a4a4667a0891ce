import { assertEquals, assertNotEquals } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { Adam, type Optimizer, type OptimizerOptions, RMSprop, SGD } from "../../src/optim/mod.ts";
import { add, crossEntropy, gather, linear, mul, Parameter, reshape, sum, training } from "../../src/tensor/mod.ts";
import { randomFloats } from "../support/floats.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const [V, E] = [64, 7];

type Make = (parameters: Parameter[]) => Optimizer<OptimizerOptions>;

const OPTIMIZERS: Readonly<Record<string, Make>> = {
  "SGD": (parameters) => new SGD(parameters, { learningRate: 0.5 }),
  "SGD with momentum": (parameters) => new SGD(parameters, { learningRate: 0.5, momentum: 0.9 }),
  "SGD with weight decay": (parameters) => new SGD(parameters, { learningRate: 0.5, weightDecay: 0.1 }),
  "Adam": (parameters) => new Adam(parameters, { learningRate: 0.01 }),
  "RMSprop": (parameters) => new RMSprop(parameters, { learningRate: 0.01 }),
};

/** The ids of each step: one repeated, none, with negative ones, neighbors, too many rows to be kept apart. */
const STEPS: readonly (readonly number[])[] = [
  [3, 9, 3, 3, 60],
  [],
  [-1, 0, 63, -1, 0],
  [5, 6, 7, 7, 6, 20],
  Array.from({ length: 50 }, (_, i) => (i * 7) % V),
  [9, 1],
];

interface Network {
  readonly table: Parameter;
  readonly weight: Parameter;
}

/** Computes the gradients of one step. */
type Backward = (network: Network, ids: Int32Array) => void;

const targets = (ids: Int32Array): Int32Array => ids.map((id) => (id + 5) % V);
const plain: Backward = ({ table, weight }, ids) =>
  crossEntropy(linear(gather(table, ids), weight), targets(ids)).backward();

/** The ways in which a step may use a table. */
const USES: Readonly<Record<string, Backward>> = {
  "rows": plain,
  "rows gathered twice": ({ table, weight }, ids) => {
    const rows = add(gather(table, ids), gather(table, ids.map((id) => id < 0 ? id : V - 1 - id)));
    crossEntropy(linear(rows, weight), targets(ids)).backward();
  },
  "rows of a view with another width": ({ table, weight }, ids) => {
    const rows = add(gather(table, ids), gather(reshape(reshape(table, [E, V]), [V, E]), ids));
    const others = gather(reshape(table, [V * E, 1]), ids);
    add(crossEntropy(linear(rows, weight), targets(ids)), sum(mul(others, others))).backward();
  },
  "tied output weights": ({ table }, ids) => crossEntropy(linear(gather(table, ids), table), targets(ids)).backward(),
  "two backward passes": (network, ids) => {
    plain(network, ids);
    training(() => plain(network, ids.map((id) => id < 0 ? id : (id + 1) % V)), { engine: network.table.engine });
  },
};

/** Trains from fixed values and returns the bits of what came out. `isDense` computes all rows of every gradient. */
function train(engine: Engine, make: Make, backward: Backward, isDense: boolean): unknown {
  const table = new Parameter([V, E], { engine, values: randomFloats(1, V * E) });
  const weight = new Parameter([V, E], { engine, values: randomFloats(2, V * E) });
  const optimizer = make([table, weight]);
  const results: unknown[] = [];
  for (const ids of STEPS) {
    optimizer.zeroGradients();
    for (const parameter of [table, weight]) spoil(parameter, isDense);
    training(() => backward({ table, weight }, Int32Array.from(ids)), { engine });
    results.push(optimizer.step({ clipNorm: 0.5 }), bitsOf(table), bitsOf(weight));
    results.push(bits(table.gradients().map((value) => value + 0)));
  }
  return results;
}

/** Fills the memory of a gradient with NaN, so that reading it after it was set to zero shows; or makes it dense. */
function spoil(parameter: Parameter, isDense: boolean): void {
  const address = parameter.zeroedGradient();
  if (isDense) return;
  parameter.engine.change(address, parameter.size, (own) => own.fill(NaN));
  parameter.zeroGradient();
}

function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer);
}

function bitsOf(parameter: Parameter): Uint32Array {
  return bits(parameter.toArray());
}

Deno.test("gradients of touched rows give the bits of dense gradients, with every optimizer and use of a table", () => {
  for (const build of BUILDS) {
    const engine = new Engine({ build });
    for (const [optimizer, make] of Object.entries(OPTIMIZERS)) {
      for (const [use, backward] of Object.entries(USES)) {
        const [found, expected] = [false, true].map((isDense) => train(engine, make, backward, isDense));
        assertEquals(found, expected, `${optimizer}, ${use} (${build})`);
      }
    }
  }
});

Deno.test("only rows that were gathered have a gradient, also after someone has read all of it", () => {
  const engine = new Engine();
  const table = new Parameter([V, E], { engine, values: randomFloats(1, V * E) });
  const unused = new Parameter([3], { engine });
  const optimizer = new SGD([table, unused], { learningRate: 1 });
  const step = (ids: number[]) => training(() => sum(gather(table, Int32Array.from(ids))).backward(), { engine });
  step([9, 3, 9, 4]);
  assertEquals(optimizer.slab.gradientSpans(), [3 * E, 5 * E, 9 * E, 10 * E]);
  step([3, 63]);
  assertEquals(optimizer.slab.gradientSpans(), [3 * E, 5 * E, 9 * E, 10 * E, 63 * E, 64 * E]);
  assertEquals(optimizer.slab.gradientNorm(), Math.sqrt(E * (4 + 1 + 4 + 1)));
  optimizer.step();
  assertEquals([table.gradients()[8 * E], table.gradients()[9 * E]], [0, 2]);
  assertEquals(optimizer.slab.gradientSpans(), [3 * E, 5 * E, 9 * E, 10 * E, 63 * E, 64 * E]);
  optimizer.zeroGradients();
  assertEquals([...optimizer.slab.gradientSpans(), table.hasGradient, optimizer.slab.gradientNorm()], [false, 0]);
});

Deno.test("a step does not change a frozen table, and leaves rows without a gradient as they are", () => {
  const engine = new Engine();
  const table = new Parameter([V, E], { engine, values: randomFloats(1, V * E) });
  const optimizer = new SGD([table], { learningRate: 1 });
  training(() => sum(gather(table, Int32Array.of(8))).backward(), { engine });
  const before = table.toArray();
  table.requiresGradient = false;
  optimizer.step();
  assertEquals(table.toArray(), before);
  table.requiresGradient = true;
  optimizer.step();
  assertEquals(table.toArray(), before.map((value, i) => Math.floor(i / E) === 8 ? value - 1 : value));
});

Deno.test("any number of threads gives the same bits for a large table", async () => {
  const [size, width, count] = [2048, 64, 400];
  const ids = Int32Array.from(randomFloats(3, count, 0, size), Math.floor);
  const results = [];
  for (const threads of [1, 2, 3, 8]) {
    using engine = new Engine({ threads });
    await engine.ready();
    const table = new Parameter([size, width], { engine, values: randomFloats(4, size * width) });
    const optimizer = new SGD([table], { learningRate: 0.5 });
    const norms = [0, 1, 2].map(() => {
      optimizer.zeroGradients();
      training(() => {
        const rows = gather(table, ids);
        sum(mul(rows, rows)).backward();
      }, { engine });
      assertNotEquals(optimizer.slab.gradientSpans(), [0, size * width]);
      return optimizer.step({ clipNorm: 1 });
    });
    results.push([norms, bitsOf(table), bits(table.gradients())]);
  }
  for (const other of results.slice(1)) assertEquals(other, results[0]);
});
