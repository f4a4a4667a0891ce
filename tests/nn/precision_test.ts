import { assert, assertAlmostEquals } from "@std/assert";
import {
  affine,
  ChoGRU,
  Embedding,
  GRU,
  inference,
  LSTM,
  MinGRU,
  MogrifierLSTM,
  QRNN,
  Random,
  type Recurrent,
  type RecurrentState,
  RNN,
  slice,
  SRU,
  type Tensor,
  tensor,
} from "../../src/nn/mod.ts";
import { assertSameBits } from "../support/bounds.ts";
import { randomFloats } from "../support/floats.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const [T, B, I, H] = [6, 5, 7, 33];
const LENGTHS = [6, 2, 5, 1, 3];

function layersOf(build: (typeof BUILDS)[number]): Recurrent[] {
  const engine = engineOf(build);
  const options = { engine, random: new Random(2, { engine }), input: I, hidden: H, layers: 2 };
  const projecting = new LSTM({ ...options, projection: 9 });
  const linear = [new QRNN(options), new SRU(options), new MinGRU(options)];
  const grus = [new GRU(options), new ChoGRU(options)];
  return [new RNN(options), new LSTM(options), projecting, ...grus, new MogrifierLSTM(options), ...linear];
}

/** Returns all outputs `[T, B, P]` of a layer, starting from nonzero states. */
function run(layer: Recurrent, build: (typeof BUILDS)[number], lengths?: readonly number[]): Float32Array {
  const engine = engineOf(build);
  return inference(() => {
    const states = (width: number, seed: number) =>
      tensor(randomFloats(seed, 2 * B * width), [2, B, width], { engine });
    const state = { h: states(layer.projected, 4), c: layer.hasCells ? states(H, 5) : undefined };
    return layer.forward(tensor(randomFloats(3, T * B * I), [T, B, I], { engine }), { state, lengths }).output
      .toArray();
  }, { engine });
}

/** Returns the same outputs, computed one step at a time. */
function runSteps(layer: Recurrent, build: (typeof BUILDS)[number]): Float32Array {
  const engine = engineOf(build);
  return inference(() => {
    const x = tensor(randomFloats(3, T * B * I), [T, B, I], { engine });
    const states = (width: number, seed: number) =>
      tensor(randomFloats(seed, 2 * B * width), [2, B, width], { engine });
    let state: RecurrentState = { h: states(layer.projected, 4), c: layer.hasCells ? states(H, 5) : undefined };
    const outputs: number[] = [];
    for (let t = 0; t < T; t++) {
      const result = layer.forward(slice(x, 0, t, t + 1), { state });
      outputs.push(...result.output.toArray());
      state = result.state;
    }
    return Float32Array.from(outputs);
  }, { engine });
}

for (const build of BUILDS) {
  Deno.test(`layers with 8-bit weights stay within 0.02 of float weights (${build})`, () => {
    for (const layer of layersOf(build)) {
      for (const lengths of [undefined, LENGTHS]) {
        const exact = run(layer, build, lengths);
        for (const parameter of layer.parameters()) parameter.precision = "int8";
        const rounded = run(layer, build, lengths);
        for (const parameter of layer.parameters()) parameter.precision = "float32";
        rounded.forEach((value, i) => assertAlmostEquals(value, exact[i], 0.02));
        assert(rounded.some((value, i) => value !== exact[i]));
        assertSameBits(run(layer, build, lengths), exact, "floats again");
      }
    }
  });

  Deno.test(`single steps give the same bits as the whole sequence in either precision (${build})`, () => {
    for (const layer of layersOf(build)) {
      for (const precision of ["float32", "int8"] as const) {
        for (const parameter of layer.parameters()) parameter.precision = precision;
        assertSameBits(runSteps(layer, build), run(layer, build), `${layer.constructor.name} ${precision}`);
      }
    }
  });

  Deno.test(`outputs for ids have the same bits, however many are read at once, in either precision (${build})`, () => {
    const engine = engineOf(build);
    const random = new Random(2, { engine });
    // A table of more rows than twice the width, whose products are not kept, and one of fewer.
    for (const size of [3 * I, I]) {
      const embedding = new Embedding({ engine, random, size, width: I });
      const layer = new RNN({ engine, random, input: I, hidden: H });
      const ids = Int32Array.from({ length: 2 * size }, (_, i) => (i * i) % size);
      const read = (count: number, lookUp = (x: Tensor): Tensor => x): Float32Array =>
        inference(() => {
          const x = lookUp(embedding.forward(ids.subarray(0, count), [1, count]));
          return layer.forward(x).output.toArray();
        }, { engine });
      const [exact, rounded] = (["float32", "int8"] as const).map((precision) => {
        for (const parameter of layer.parameters()) parameter.precision = precision;
        const outputs = read(ids.length);
        assertSameBits(read(1), outputs.subarray(0, H), `one id, ${size} rows, ${precision}`);
        // A copy has no table.
        assertSameBits(read(ids.length, (x) => affine(x, 1, 0)), outputs, `plain rows, ${size} rows, ${precision}`);
        return outputs;
      });
      assert(rounded.some((value, i) => value !== exact[i]));
    }
  });
}
