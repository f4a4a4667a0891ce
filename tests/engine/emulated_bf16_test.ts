import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  ChoGRU,
  Engine,
  GRU,
  inference,
  linearCrossEntropy,
  linearScores,
  LSTM,
  matmul,
  MogrifierLSTM,
  mul,
  Parameter,
  persistentTensor,
  Random,
  type Recurrent,
  type RecurrentOptions,
  reshape,
  RNN,
  sum,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats } from "../support/floats.ts";
import { HalfBackend } from "../support/half_backend.ts";
import { linearCells, train } from "../support/recurrent_training.ts";

/** Starts an engine that multiplies bfloat16 numbers. */
function start(): Engine {
  return new Engine({}, new HalfBackend());
}

for (const [name, cells] of [["all cells", undefined], ["cells without recurrent products", linearCells]] as const) {
  Deno.test(`training ${name} in emulated bf16 follows that in float32`, () => {
    const [found, expected] = [train(start(), cells), train(new Engine(), cells)];
    assertAllClose(found, expected, { tolerance: 1e-2, name: "losses and logits" });
    assert(found.some((value, i) => Math.abs(value - expected[i]) > 1e-6), "the products are not rounded");
  });
}

const [T, B, I, H] = [5, 3, 4, 6];

/** Returns the gradients of a layer's parameters that starts from states other than zeros. */
function gradientsOf(Layer: new (options: RecurrentOptions) => Recurrent, engine: Engine): number[] {
  const layer = new Layer({ input: I, hidden: H, engine, random: new Random(2, { engine }) });
  const given = (seed: number, ...shape: number[]) =>
    tensor(randomFloats(seed, shape.reduce((a, b) => a * b)), shape, { engine });
  training(() => {
    const state = { h: given(3, 1, B, H), c: layer.hasCells ? given(4, 1, B, H) : undefined };
    const { output } = layer.forward(given(5, T, B, I), { state });
    sum(mul(output, given(6, T, B, H))).backward();
  }, { engine });
  return layer.parameters().flatMap((parameter) => [...parameter.gradients()]);
}

Deno.test("gradients of layers that start from given states in emulated bf16 follow those in float32", () => {
  for (const Layer of [ChoGRU, GRU, LSTM, MogrifierLSTM, RNN]) {
    const [found, expected] = [start(), new Engine()].map((engine) => gradientsOf(Layer, engine));
    assertAllClose(found, expected, { tolerance: 5e-2, name: Layer.name });
  }
});

Deno.test("a tensor keeps no bfloat16 numbers in memory that an arena only lends", () => {
  const engine = new Engine();
  inference(() => {
    const x = tensor([1, 2], undefined, { engine });
    engine.arena.lend(() => x.half());
    const half = x.half();
    assertEquals(x.half(), half);
    assertNotEquals(engine.arena.allocate(4), half);
  }, { engine });
});

Deno.test("a view of what outlives a step is rounded anew when the values have changed", () => {
  const engine = start();
  const product = (view: () => ReturnType<typeof reshape>): number =>
    inference(() => matmul(tensor([1, 1], [1, 2], { engine }), view()).toArray()[0], { engine });
  for (const kept of [new Parameter([6], { engine }), persistentTensor([6], engine)]) {
    const found = [1, 2].map((value) => {
      // As an optimizer changes values.
      engine.run("fill", 6, value, kept.address);
      if (kept instanceof Parameter) kept.touch();
      return product(() => reshape(kept, [2, 3]));
    });
    assertEquals(found, [2, 4]);
    inference(() => {
      const view = reshape(kept, [2, 3]);
      for (const value of [3, 4]) {
        kept.assign(new Float32Array(6).fill(value));
        assertEquals(product(() => view), 2 * value);
      }
    }, { engine });
  }
});

/** Returns how often what is made for an engine rounds numbers to bfloat16 outside of training. */
function countRoundings(make: (engine: Engine) => () => void): number {
  const backend = new HalfBackend();
  const engine = new Engine({}, backend);
  const body = make(engine);
  const run = backend.run.bind(backend);
  let rounded = 0;
  backend.run = (kernel, operands) => {
    if (kernel === "to_half") rounded++;
    run(kernel, operands);
  };
  inference(body, { engine });
  return rounded;
}

Deno.test("a single step outside of training rounds nothing to bfloat16", () => {
  for (const Layer of [ChoGRU, GRU, LSTM, MogrifierLSTM, RNN]) {
    const rounded = countRoundings((engine) => {
      const layer = new Layer({ input: I, hidden: H, engine });
      return () => {
        const states = tensor(new Float32Array(B * H), [1, B, H], { engine });
        const state = { h: states, c: layer.hasCells ? states : undefined };
        layer.forward(tensor(new Float32Array(B * I), [1, B, I], { engine }), { state });
      };
    });
    assertEquals(rounded, 0, Layer.name);
  }
});

Deno.test("the losses of an output layer whose weight is read in 8 bits round nothing to bfloat16", () => {
  for (const precision of ["int8", "float32"] as const) {
    for (const loss of [linearCrossEntropy, linearScores]) {
      const rounded = countRoundings((engine) => {
        const weight = new Parameter([5, H], { engine, values: randomFloats(1, 5 * H) });
        weight.precision = precision;
        return () => {
          loss(tensor(randomFloats(2, 9 * H), [9, H], { engine }), weight, null, new Int32Array(9));
        };
      });
      assertEquals(rounded === 0, precision === "int8", `${loss.name} of ${precision}: ${rounded}`);
    }
  }
});

Deno.test("the loss of a validation batch reads the weights in 8 bits, where training goes by columns, too", () => {
  const engine = start();
  // Of so many rows and classes that bfloat16 numbers are multiplied by columns.
  const [M, N] = [300, 16_385];
  const weight = new Parameter([N, 1], { engine, values: randomFloats(1, N) });
  const targets = new Int32Array(M).fill(-1).fill(7, 200, 201);
  const losses = (["float32", "int8"] as const).map((precision) => {
    weight.precision = precision;
    return inference(() => {
      const x = tensor(randomFloats(2, M), [M, 1], { engine });
      return [linearCrossEntropy(x, weight, null, targets).item(), linearScores(x, weight, null, targets).losses[200]];
    }, { engine });
  });
  assertEquals(losses[1][0], losses[1][1]);
  assertNotEquals(losses[0][0], losses[1][0]);
});
