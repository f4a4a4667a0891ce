import { assertEquals, assertThrows } from "@std/assert";
import { CarriedState, GRU, inference, LSTM, type RecurrentState, RNN, type Tensor, tensor } from "../../src/nn/mod.ts";
import { randomFloats, randomIntegers } from "../support/floats.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

/** Recurrent states and a state without a layer dimension. */
interface Memory extends RecurrentState {
  readonly feed?: Tensor;
}

/** States `[layers, B, width]` as rows by layer and sequence. */
type Rows = number[][][];

function rowsOf(numbers: Float32Array, layers: number, width: number): Rows {
  const B = numbers.length / layers / width;
  const row = (layer: number, b: number): number[] => {
    const from = (layer * B + b) * width;
    return [...numbers.subarray(from, from + width)];
  };
  return Array.from({ length: layers }, (_, layer) => Array.from({ length: B }, (_, b) => row(layer, b)));
}

const SIZES = [{ layers: 1, P: 1, H: 1, E: 3 }, { layers: 2, P: 5, H: 7, E: 4 }, { layers: 3, P: 33, H: 33, E: 9 }];

Deno.test("select reorders, repeats and drops sequences like plain arrays, with and without cell states", () => {
  for (const engine of BUILDS.map(engineOf)) {
    for (const { layers, P, H, E } of SIZES) {
      for (const hasCells of [false, true]) {
        const shapes = { h: [layers, 3, P], ...hasCells && { c: [layers, 3, H] }, feed: [3, E] };
        const carried = new CarriedState<Memory>(shapes, { engine });
        const numbers = {
          h: randomFloats(1, layers * 3 * P),
          ...hasCells && { c: randomFloats(2, layers * 3 * H) },
          feed: randomFloats(3, 3 * E),
        };
        carried.restore(numbers);
        let expected = [
          rowsOf(numbers.h, layers, P),
          hasCells ? rowsOf(numbers.c!, layers, H) : undefined,
          rowsOf(numbers.feed, 1, E),
        ];
        let B = 3;
        // The batch grows, shrinks, grows again, drops to one sequence and grows back.
        [3, 7, 2, 8, 9, 9, 1, 4].forEach((count, seed) => {
          const places = randomIntegers(seed, count, 0, B);
          carried.select(places);
          expected = expected.map((part) => part?.map((rows) => Array.from(places, (place) => rows[place])));
          B = count;
          const found = carried.toArrays();
          const what = `${layers} layers, ${count} rows`;
          assertEquals(Object.keys(found), hasCells ? ["h", "c", "feed"] : ["h", "feed"]);
          assertEquals(
            [found.h, found.c, found.feed].map((x) => x && [...x]),
            expected.map((x) => x?.flat(2)),
            what,
          );
          assertEquals(carried.state.h.shape, [layers, B, P]);
          assertEquals(carried.state.feed!.shape, [B, E]);
        });
        carried[Symbol.dispose]();
      }
    }
  }
});

Deno.test("toArrays and restore treat a single sequence as a batch of one", () => {
  for (const engine of BUILDS.map(engineOf)) {
    const carried = CarriedState.zeros(new LSTM({ input: 2, hidden: 5, projection: 3, layers: 2, engine }), 3);
    const numbers = { h: randomFloats(4, 2 * 3 * 3), c: randomFloats(5, 2 * 3 * 5) };
    carried.restore(numbers);
    const [h, c] = [rowsOf(numbers.h, 2, 3), rowsOf(numbers.c, 2, 5)];
    const taken = carried.toArrays(1);
    assertEquals([[...taken.h], [...taken.c!]], [h.map((rows) => rows[1]).flat(), c.map((rows) => rows[1]).flat()]);
    carried.restore(carried.toArrays(2), 0);
    assertEquals([0, 1, 2].map((b) => carried.toArrays(b)), [carried.toArrays(2), taken, carried.toArrays(2)]);
    carried.clear();
    assertEquals(carried.toArrays(), { h: new Float32Array(18), c: new Float32Array(30) });
  }
});

Deno.test("a carried state holds the last state of a pass to the bit, including a negative zero", () => {
  for (const engine of BUILDS.map(engineOf)) {
    const own = { input: 3, hidden: 5, layers: 2, engine };
    for (const layers of [new RNN(own), new GRU(own), new LSTM({ ...own, projection: 4 })]) {
      const x = randomFloats(6, 9 * 4 * 3);
      const whole = inference(() => layers.forward(tensor(x, [9, 4, 3], { engine })).output.toArray(), { engine });
      const carried = CarriedState.zeros(layers, 4);
      const pieces = [0, 1, 2].map((piece) =>
        inference(() => {
          const part = tensor(x.subarray(piece * 36, piece * 36 + 36), [3, 4, 3], { engine });
          const { output, state } = layers.forward(part, { state: carried.state });
          carried.carry(state);
          return [...output.toArray()];
        }, { engine })
      );
      assertEquals(Float32Array.from(pieces.flat()), whole);
    }
    const state = { h: Float32Array.of(-0, 0, 1) };
    const carried = inference(() => CarriedState.of({ h: tensor(state.h, [1, 1, 3], { engine }) }, engine), { engine });
    assertEquals(Object.is(carried.toArrays().h[0], -0), true);
  }
});

Deno.test("memory grows only with the number of sequences, and disposal releases all of it", () => {
  const [engine] = BUILDS.map(engineOf);
  const carried = new CarriedState({ h: [2, 4, 100] }, { engine });
  carried.select([0, 1, 2, 3, 0, 1, 2, 3]);
  carried.select([7, 6, 5, 4, 3, 2, 1, 0]);
  const taken: number[] = [];
  const { allocate } = engine;
  engine.allocate = (bytes) => {
    taken.push(bytes);
    return allocate.call(engine, bytes);
  };
  try {
    for (let i = 0; i < 100; i++) carried.select(Int32Array.from({ length: 1 + i % 8 }, () => 0));
    assertEquals(taken, []);
    carried.select(new Int32Array(9));
    assertEquals(taken, [2 * 9 * 100 * 4]);
  } finally {
    engine.allocate = allocate;
  }
  const blocks = new Set<number>();
  const { release } = engine;
  engine.release = (block) => {
    blocks.add(block.address);
    release.call(engine, block);
  };
  try {
    carried[Symbol.dispose]();
    carried[Symbol.dispose]();
    assertEquals(blocks.size, 2);
  } finally {
    engine.release = release;
  }
});

Deno.test("a carried state refuses indexes out of range and other shapes", () => {
  const [engine] = BUILDS.map(engineOf);
  const carried = new CarriedState<RecurrentState>({ h: [1, 2, 3], c: [1, 2, 4] }, { engine });
  const refuse = (act: () => void, words: string): void => void assertThrows(act, RangeError, words);
  refuse(() => carried.select([0, 2]), "expected indexes from 0 to below 2, found 2 at 1");
  refuse(() => carried.select([-1]), "expected indexes from 0 to below 2, found -1 at 0");
  refuse(() => carried.toArrays(2), "expected indexes from 0 to below 2, found 2");
  refuse(() => carried.restore({ h: new Float32Array(6) }), "expected 8 numbers, found 0");
  refuse(
    () => carried.restore({ h: new Float32Array(2), c: new Float32Array(4) }, 1),
    "expected 3 numbers for a sequence, found 2",
  );
  refuse(
    () => new CarriedState({ h: [1, 2, 3], c: [1, 3, 3] }, { engine }),
    "with the same B, found [1, 2, 3] and [1, 3, 3]",
  );
  inference(() => {
    const h = tensor(new Float32Array(9), [1, 3, 3], { engine });
    refuse(() => carried.carry({ h }), "carry states: expected h [1, 2, 3], found [1, 3, 3]");
    carried.restore({ h: new Float32Array(6).fill(1), c: new Float32Array(8).fill(1) });
    const before = carried.toArrays();
    refuse(() => carried.carry({ h: tensor(new Float32Array(6), [1, 2, 3], { engine }) }), "expected c [1, 2, 4]");
    refuse(() => carried.restore({ h: new Float32Array(6), c: new Float32Array(7) }), "expected 8 numbers, found 7");
    refuse(() => carried.clear([0, 2]), "expected indexes from 0 to below 2, found 2 at 1");
    refuse(() => carried.select([0, 0.5]), "expected indexes from 0 to below 2, found 0.5 at 1");
    assertEquals(carried.toArrays(), before);
  }, { engine });
});

Deno.test("a carried state cannot be used after its disposal", () => {
  const [engine] = BUILDS.map(engineOf);
  const carried = new CarriedState({ h: [1, 2, 3] }, { engine });
  const h = carried.state.h!;
  carried[Symbol.dispose]();
  const other = new CarriedState({ h: [1, 2, 3] }, { engine });
  const uses = [
    () => h.assign([1, 2, 3, 4, 5, 6]),
    () => carried.clear(),
    () => carried.clear([0]),
    () => carried.select([0]),
    () => carried.toArrays(),
    () => carried.restore({ h: new Float32Array(6).fill(1) }),
    () => carried.carry(other.state),
  ];
  for (const use of uses) assertThrows(use, RangeError, "use a tensor [1, 2, 3]: expected its memory to be in use");
  assertEquals(other.toArrays(), { h: new Float32Array(6) });
});
