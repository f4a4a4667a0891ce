import { assertEquals, assertThrows } from "@std/assert";
import {
  CarriedState,
  ChoGRU,
  GRU,
  inference,
  LSTM,
  type LSTMOptions,
  MinGRU,
  MogrifierLSTM,
  mul,
  QRNN,
  Random,
  type Recurrent,
  RNN,
  slice,
  SRU,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { Engine } from "../../src/engine/mod.ts";
import { checkGradient } from "../support/finite_difference.ts";
import { Float64Backend } from "../support/float64_backend/mod.ts";

const [T, B] = [4, 3];
const SIZES = { input: 2, hidden: [5, 3, 4] };
const CELLS = [RNN, LSTM, GRU, QRNN, SRU, MinGRU, MogrifierLSTM, ChoGRU];

/** Runs a layer on the same input, from the same states, and returns its outputs, states and the input's gradient. */
function run(layer: Recurrent, lengths?: number[]): Float32Array[] {
  return training(() => {
    const x = tensor(new Random(2).normal(T * B * 2), [T, B, 2], { requiresGradient: true });
    const { h, c } = layer.stateShapes(B);
    const draw = (shape: readonly number[], seed: number): Tensor =>
      tensor(new Random(seed).normal(shape.reduce((a, b) => a * b)), shape, { requiresGradient: true });
    const given = { h: draw(h, 3), c: c && draw(c, 4) };
    const { output, state } = layer.forward(x, { lengths, state: given });
    sum(output).backward();
    return [output.toArray(), state.h.toArray(), state.c?.toArray() ?? [], x.gradients(), given.h.gradients()]
      .map((values) => Float32Array.from(values));
  });
}

// Only the first layer of a QRNN reads two inputs, so its layers are no stack of QRNNs.
for (const Cell of CELLS.filter((Cell) => Cell !== QRNN)) {
  Deno.test(`a stacked ${Cell.name} with layers of several sizes equals its layers one after the other`, () => {
    const stack = new Cell({ ...SIZES, random: new Random(1) });
    assertEquals([stack.hiddenSizes, stack.layers, stack.projected], [[5, 3, 4], 3, 4]);
    const layers = [[2, 5], [5, 3], [3, 4]].map(([input, hidden]) => new Cell({ input, hidden }));
    for (const [l, layer] of layers.entries()) {
      for (const [name, own] of layer.namedParameters()) {
        own.assign(stack.namedParameters().get(name.replace("_l0", `_l${l}`))!.toArray());
      }
    }
    inference(() => {
      const x = tensor(new Random(2).normal(T * B * 2), [T, B, 2]);
      const { output, state } = stack.forward(x, { lengths: [2, 4, 3] });
      let expected = x;
      const states: Tensor[] = [];
      for (const layer of layers) {
        const { output, state } = layer.forward(expected, { lengths: [2, 4, 3] });
        states.push(state.h);
        expected = output;
      }
      assertEquals(output.toArray(), expected.toArray());
      assertEquals(state.h.shape, [1, B, 12]);
      let first = 0;
      for (const { shape: [, , width], ...own } of states.map((state) => ({ shape: state.shape, state }))) {
        assertEquals(slice(state.h, 2, first, first + width).toArray(), own.state.toArray());
        first += width;
      }
    });
  });
}

for (const Cell of CELLS) {
  Deno.test(`gradients of a ${Cell.name} with layers of several sizes match finite differences in double precision`, () => {
    const backend = new Float64Backend();
    const engine = new Engine({}, backend);
    const layer = new Cell({ ...SIZES, bidirectional: true, engine, random: new Random(1, { engine }) });
    const parameters = Object.fromEntries(layer.namedParameters());
    const { h, c } = layer.stateShapes(B);
    const shapes = { x: [T, B, 2], h, ...c && { c } } as Record<string, readonly number[]>;
    const numbers = ({ address, size }: Tensor): Float64Array => backend.memory.numbers(address, size);
    const pass = (values: Record<string, Float64Array>, isBackward = false) =>
      training(() => {
        const given = Object.fromEntries(
          Object.entries(shapes).map(([name, shape]) => {
            return [name, tensor(values[name], shape, { engine, requiresGradient: true })];
          }),
        );
        const all: Record<string, Tensor> = { ...given, ...parameters };
        for (const name in all) numbers(all[name]).set(values[name]);
        const { output } = layer.forward(given.x, { lengths: [2, 4, 3], state: { h: given.h, c: given.c } });
        const loss = sum(mul(output, output));
        const value = numbers(loss)[0];
        if (!isBackward) return { value, gradients: {} };
        loss.backward();
        const gradients = Object.entries(all).map(([name, to]) => {
          return [name, backend.memory.numbers(to.zeroedGradient(), to.size).slice()] as const;
        });
        return { value, gradients: Object.fromEntries(gradients) };
      }, { engine });
    const draw = (shape: readonly number[], seed: number) =>
      Float64Array.from(new Random(seed).normal(shape.reduce((a, b) => a * b)));
    const values = {
      ...Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, draw(shape, i + 2)])),
      ...Object.fromEntries(Object.entries(parameters).map(([name, own]) => [name, numbers(own).slice()])),
    };
    const { gradients } = pass(values, true);
    // The candidate of minGRU has a kink.
    const options = Cell === MinGRU ? { eps: 1e-6, tolerance: 1e-7 } : { tolerance: 1e-9 };
    checkGradient((at) => pass(at).value, values, gradients, { ...options, directions: 1 });
  });

  Deno.test(`a ${Cell.name} with layers of several sizes continues from carried states, one step at a time`, () => {
    const layer = new Cell({ ...SIZES, random: new Random(1) });
    const whole = run(layer);
    assertEquals(run(layer, [T, T, T]), whole);
    inference(() => {
      const x = tensor(new Random(2).normal(T * B * 2), [T, B, 2]);
      const { output } = layer.forward(x);
      const carried = CarriedState.zeros(layer, B);
      const steps = Array.from({ length: T }, (_, t) => {
        const { output, state } = layer.step(x.part([B, 2], t * B * 2), carried.state);
        carried.carry(state);
        return [...output.toArray()];
      });
      assertEquals(steps.flat(), [...output.toArray()]);
      carried.select([2]);
      assertEquals(carried.state.h.shape, [1, 1, 12]);
    });
  });
}

Deno.test("layers of several sizes start from their own states and return gradients to them", () => {
  const layer = new LSTM({ ...SIZES, bidirectional: true, random: new Random(1) });
  assertEquals(layer.stateShapes(2), { h: [1, 2, 24], c: [1, 2, 24] });
  assertEquals(layer.namedParameters().get("weight_ih_l1_reverse")!.shape, [12, 10]);
  const [output, , , , dh0] = run(layer, [4, 1, 2]);
  assertEquals(output.length, T * B * 8);
  assertEquals(dh0.every((value) => value !== 0), true);
  layer.initialiseForgetBias(1);
  assertEquals([...layer.namedParameters().get("bias_ih_l2")!.toArray().subarray(4, 8)], [1, 1, 1, 1]);
});

Deno.test("all layers of several sizes may be projected to one", () => {
  const layer = new LSTM({ ...SIZES, projection: 2, random: new Random(1) });
  assertEquals(layer.stateShapes(1), { h: [3, 1, 2], c: [1, 1, 12] });
  const [output] = run(layer);
  assertEquals(output.length, T * B * 2);
});

Deno.test("a list of equal sizes gives the bits of one size", () => {
  const [one, list] = [5, [5, 5]].map((hidden) => run(new GRU({ input: 2, hidden, layers: 2, random: new Random(1) })));
  assertEquals(one, list);
});

Deno.test("weight dropout is refused for a cell without recurrent weights", () => {
  for (const Cell of [QRNN, SRU, MinGRU]) {
    const message = "expected no weight dropout for a cell without recurrent weights, found 0.5";
    assertThrows(() => new Cell({ input: 2, hidden: 3, weightDropout: 0.5 }), RangeError, message);
  }
});

Deno.test("sizes of layers are refused if one is no size, or if their number is not that of the layers", () => {
  const refused = (options: Partial<LSTMOptions>, message: string) =>
    assertThrows(() => new LSTM({ ...SIZES, ...options }), RangeError, message);
  refused({ hidden: [5, 0] }, "expected a hidden size of at least 1, found 0");
  refused({ hidden: undefined }, "expected a hidden size of at least 1, found undefined");
  refused({ hidden: [] }, "expected from 1 to 1000 layers, found 0");
  refused({ layers: 2 }, "expected 2 hidden sizes, one for each layer, found 3");
  refused({ projection: 3 }, "expected a projection from 1 to below 3, found 3");
  refused({ weightDropout: 1 }, "expected a dropout rate from 0 to below 1, found 1");
  assertThrows(() => new LSTM({ input: 2, hidden: "5" as never }), TypeError, "hidden to be a number or list, found");
});
