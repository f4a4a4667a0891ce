import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  Dropout,
  GRU,
  inference,
  LockedDropout,
  LSTM,
  Random,
  RNN,
  type RNNOptions,
  sum,
  type Tensor,
  tensor,
  training,
  type TrainingOptions,
} from "../../src/nn/mod.ts";

const [T, B, H] = [9, 7, 24];
const LENGTHS = [3, 9, 1, 8, 9, 5, 2];
const SCALE = 1 / (1 - 0.25);

/** Layers that pass their input through, so that an input of ones gives the product of the masks. */
function passThrough(options: Partial<RNNOptions>): RNN {
  const layers = 2;
  const rnn = new RNN({ input: H, hidden: H, layers, dropout: 0.25, nonlinearity: "relu", bias: false, ...options });
  for (const [name, parameter] of rnn.namedParameters()) {
    const columns = parameter.shape[1];
    const isDiagonal = name.startsWith("weight_ih");
    parameter.assign(
      Float32Array.from(
        { length: parameter.size },
        (_, i) => isDiagonal && Math.floor(i / columns) === i % columns ? 1 : 0,
      ),
    );
  }
  return rnn;
}

interface Masks {
  readonly mask: Float32Array;
  readonly dx: Float32Array;
}

function drawMasks(rnn: RNN, lengths?: number[], options: TrainingOptions = { seed: 3, step: 1 }): Masks {
  return training(() => {
    const x = tensor(new Float32Array(T * B * H).fill(1), [T, B, H], { requiresGradient: true });
    const { output } = rnn.forward(x, { lengths });
    sum(output).backward();
    return { mask: output.toArray(), dx: x.gradients() };
  }, options);
}

/** Returns the mask of one step of one sequence. */
const at = (mask: Float32Array, t: number, b: number) => mask.slice((t * B + b) * H, (t * B + b + 1) * H);

for (const lockedDropout of [false, true]) {
  for (const lengths of [undefined, LENGTHS]) {
    const title = `${lockedDropout ? "locked " : ""}dropout between layers${lengths ? ", ragged" : ""}`;

    Deno.test(`${title} drops a quarter, scales the rest, and applies the same mask to the gradient`, () => {
      const { mask, dx } = drawMasks(passThrough({ lockedDropout }), lengths);
      assertEquals(dx, mask);
      const counts = { kept: 0, all: 0 };
      for (let t = 0; t < T; t++) {
        for (let b = 0; b < B; b++) {
          const row = at(mask, t, b);
          if (t >= (lengths?.[b] ?? T)) {
            assertEquals(row, new Float32Array(H));
            continue;
          }
          assert(row.every((value) => value === 0 || value === Math.fround(SCALE)), `found ${row}`);
          if (lockedDropout && t > 0) continue;
          counts.kept += row.filter((value) => value > 0).length;
          counts.all += H;
        }
      }
      assertAlmostEquals(counts.kept / counts.all, 0.75, 5 * Math.sqrt(0.1875 / counts.all));
    });

    Deno.test(`${title} uses ${lockedDropout ? "the same mask" : "a different mask"} at each time step`, () => {
      const { mask } = drawMasks(passThrough({ lockedDropout }), lengths);
      for (let b = 0; b < B; b++) {
        const first = at(mask, 0, b);
        for (let t = 1; t < (lengths?.[b] ?? T); t++) {
          if (lockedDropout) assertEquals(at(mask, t, b), first);
          else assertNotEquals(at(mask, t, b), first);
        }
        if (b > 0) assertNotEquals(first, at(mask, 0, b - 1));
      }
    });

    Deno.test(`${title} draws a mask that depends only on the seed and the step`, () => {
      const rnn = passThrough({ lockedDropout });
      const draw = (seed: number, step: number) => drawMasks(rnn, lengths, { seed, step }).mask;
      assertEquals(draw(3, 1), draw(3, 1));
      assertNotEquals(draw(3, 1), draw(3, 2));
      assertNotEquals(draw(3, 1), draw(4, 1));
    });
  }
}

Deno.test("dropout applies only between layers, with a different mask for each pair", () => {
  const [one, three] = [1, 3].map((layers) => drawMasks(passThrough({ layers })).mask);
  assertEquals(one, new Float32Array(T * B * H).fill(1));
  assertEquals(new Set(three), new Set([0, Math.fround(Math.fround(SCALE) ** 2)]));
  const share = three.filter((value) => value > 0).length / three.length;
  assertAlmostEquals(share, 0.75 ** 2, 5 * Math.sqrt(0.25 / three.length));
});

Deno.test("dropout does nothing in inference", () => {
  const ones = new Float32Array(T * B * H).fill(1);
  inference(() => {
    const x = tensor(ones, [T, B, H]);
    assertEquals(passThrough({}).forward(x).output.toArray(), ones);
    for (const layer of [new Dropout(0.5), new LockedDropout(0.5)]) assertEquals(layer.forward(x), x);
  });
});

for (const Cell of [RNN, LSTM, GRU]) {
  for (const lockedDropout of [false, true]) {
    const title = `a two-layer ${Cell.name} with ${lockedDropout ? "locked " : ""}dropout`;
    Deno.test(`${title} equals layer, dropout, layer to the last bit, gradients included`, () => {
      const options = { input: 3, hidden: 5 };
      const stack = new Cell({ ...options, layers: 2, dropout: 0.4, lockedDropout, random: new Random(1) });
      const layers = [new Cell(options), new Cell({ input: 5, hidden: 5 })];
      const named = stack.namedParameters();
      const paired = layers.flatMap((layer, l) =>
        [...layer.namedParameters()].map(([name, own]) => [named.get(name.replace("_l0", `_l${l}`))!, own] as const)
      );
      for (const [from, to] of paired) to.assign(from.toArray());
      const drop = lockedDropout ? new LockedDropout(0.4) : new Dropout(0.4);
      const run = (forward: (x: Tensor) => Tensor): Float32Array[] =>
        training(() => {
          const x = tensor(new Random(2).normal(4 * 3 * 3), [4, 3, 3], { requiresGradient: true });
          const output = forward(x);
          sum(output).backward();
          return [output.toArray(), x.gradients()];
        }, { seed: 5, step: 0 });
      const expected = run((x) => layers[1].forward(drop.forward(layers[0].forward(x).output)).output);
      assertEquals(run((x) => stack.forward(x).output), expected);
      for (const [own, other] of paired) assertEquals(own.gradients(), other.gradients());
    });
  }
}
