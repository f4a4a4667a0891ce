import { assertEquals, assertThrows } from "@std/assert";
import {
  CarriedState,
  GRU,
  inference,
  LSTM,
  type LSTMOptions,
  MinGRU,
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

const [T, B] = [4, 3];
const SIZES = { input: 2, hidden: 5, layers: 3, lastHidden: 4 };

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
for (const Cell of [RNN, LSTM, GRU, SRU, MinGRU]) {
  Deno.test(`a stacked ${Cell.name} with a last layer of another size equals its layers one after the other`, () => {
    const stack = new Cell({ ...SIZES, random: new Random(1) });
    assertEquals(stack.projected, 4);
    const layers = [[2, 5], [5, 5], [5, 4]].map(([input, hidden]) => new Cell({ input, hidden }));
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
      assertEquals(state.h.shape, [1, B, 14]);
      let first = 0;
      for (const { shape: [, , width], ...own } of states.map((state) => ({ shape: state.shape, state }))) {
        assertEquals(slice(state.h, 2, first, first + width).toArray(), own.state.toArray());
        first += width;
      }
    });
  });
}

for (const Cell of [RNN, LSTM, GRU, QRNN, SRU, MinGRU]) {
  Deno.test(`a ${Cell.name} with a last layer of another size continues from carried states, one step at a time`, () => {
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
      assertEquals(carried.state.h.shape, [1, 1, 14]);
    });
  });
}

Deno.test("a last layer of another size starts from its own states and returns gradients to them", () => {
  const layer = new LSTM({ ...SIZES, bidirectional: true, random: new Random(1) });
  assertEquals(layer.stateShapes(2), { h: [1, 2, 28], c: [1, 2, 28] });
  assertEquals(layer.namedParameters().get("weight_ih_l2_reverse")!.shape, [16, 10]);
  const [output, , , , dh0] = run(layer, [4, 1, 2]);
  assertEquals(output.length, T * B * 8);
  assertEquals(dh0.every((value) => value !== 0), true);
  layer.initialiseForgetBias(1);
  assertEquals([...layer.namedParameters().get("bias_ih_l2")!.toArray().subarray(4, 8)], [1, 1, 1, 1]);
});

Deno.test("weight dropout is refused for a cell without recurrent weights", () => {
  for (const Cell of [QRNN, SRU, MinGRU]) {
    const message = "expected no weight dropout for a cell without recurrent weights, found 0.5";
    assertThrows(() => new Cell({ input: 2, hidden: 3, weightDropout: 0.5 }), RangeError, message);
  }
});

Deno.test("a size of the last layer is refused if it is not a size, or with a projection", () => {
  const refused = (options: Partial<LSTMOptions>, message: string) =>
    assertThrows(() => new LSTM({ ...SIZES, ...options }), RangeError, message);
  refused({ lastHidden: 0 }, "expected a hidden size of the last layer of at least 1, found 0");
  refused({ projection: 2 }, "expected no size of the last layer with a projection, found 4");
  refused({ weightDropout: 1 }, "expected a dropout rate from 0 to below 1, found 1");
});
