import * as nn from "../../src/nn/mod.ts";
import { AdamW, RMSprop, SGD } from "../../src/optim/mod.ts";
import type { Choices } from "./choices.ts";
import type { World } from "./world.ts";

/** A public function and how to choose its arguments. */
export interface Call {
  readonly name: string;
  /** Whether it changes the parameters, gradients or states of its own model when it succeeds. */
  readonly changes?: boolean;
  /** Chooses the arguments; the result makes the call. */
  readonly prepare: (choices: Choices, own: World) => () => unknown;
}

type Prepare = Call["prepare"];

const T = 3, B = 2, K = 4;

const unary = Object.entries({
  ...{ tanh: nn.tanh, sigmoid: nn.sigmoid, relu: nn.relu, exp: nn.exp, log: nn.log, transpose: nn.transpose },
}).map(([name, f]): [string, Prepare] => [name, (c) => {
  const x = c.tensor();
  return () => f(x);
}]);

const binary = Object.entries({ add: nn.add, sub: nn.sub, mul: nn.mul, div: nn.div }).map(
  ([name, f]): [string, Prepare] => [name, (c) => {
    const [a, b] = [c.tensor(), c.tensor()];
    return () => f(a, b);
  }],
);

/** Calls that leave all parameters, gradients and states alone. */
const READING: Record<string, Prepare> = {
  ...Object.fromEntries([...unary, ...binary]),
  tensor: (c) => {
    const [values, shape, { engine }] = [c.integers(), c.shape(), c.world];
    return () => nn.tensor(values, shape, { engine });
  },
  "tensor of many values": (_c, { engine }) => () => nn.tensor(new Float32Array(K * B), [B, K], { engine }),
  persistentTensor: (c) => {
    const [shape, { engine }] = [c.shape(), c.world];
    return () => nn.persistentTensor(shape, engine);
  },
  "new Parameter": (c) => {
    const [shape, { engine }] = [c.shape(), c.world];
    return () => new nn.Parameter(shape, { engine });
  },
  affine: (c) => {
    const [x, scale, shift] = [c.tensor(), c.number(), c.number()];
    return () => nn.affine(x, scale, shift);
  },
  matmul: (c) => {
    const [a, b] = [c.tensor([T, B, K]), c.tensor([K, K])];
    return () => nn.matmul(a, b);
  },
  linear: (c) => {
    const [x, weight, bias] = [c.tensor([T, B, K]), c.tensor([K, K]), c.isWrong ? c.tensor([K]) : null];
    return () => nn.linear(x, weight, bias);
  },
  layerNorm: (c) => {
    const [x, weight, bias, epsilon] = [c.tensor([T, B, K]), c.tensor([K]), c.tensor([K]), c.number()];
    return () => nn.layerNorm(x, weight, bias, epsilon);
  },
  softmax: (c) => {
    const [x, lengths] = [c.tensor([B, K]), c.integers(B)];
    return () => nn.softmax(x, lengths);
  },
  crossEntropy: (c) => {
    const [x, targets, smoothing, weights] = [c.tensor([B, K]), c.integers(B), c.number(), c.integers(K)];
    return c.isWrong ? () => nn.crossEntropy(x, targets, { smoothing, weights }) : () => nn.crossEntropy(x, targets);
  },
  linearCrossEntropy: (c) => {
    const [x, weight, bias] = [c.tensor([T, B, K]), c.tensor([K, K]), c.isWrong ? c.tensor([K]) : null];
    const [targets, smoothing, weights] = [c.integers(T * B), c.number(), c.integers(K)];
    const options = c.isWrong ? { smoothing, weights } : {};
    return () => nn.linearCrossEntropy(x, weight, bias, targets, options);
  },
  linearScores: (c) => {
    const [x, weight, targets, count] = [c.tensor([T, B, K]), c.tensor([K, K]), c.integers(T * B), c.number()];
    return () => nn.linearScores(x, weight, null, targets, count);
  },
  sum: (c) => {
    const [x, dimension] = [c.tensor(), c.isWrong ? undefined : c.number()];
    return () => nn.sum(x, dimension);
  },
  mean: (c) => {
    const [x, dimension] = [c.tensor(), c.isWrong ? undefined : c.number()];
    return () => nn.mean(x, dimension);
  },
  largest: (c) => {
    const [x, count] = [c.tensor(), c.number()];
    return () => nn.largest(x, count);
  },
  meanSteps: (c) => {
    const [x, lengths] = [c.tensor([T, B, K]), c.integers(B)];
    return () => nn.meanSteps(x, lengths);
  },
  maxSteps: (c) => {
    const [x, lengths] = [c.tensor([T, B, K]), c.integers(B)];
    return () => nn.maxSteps(x, lengths);
  },
  maskSteps: (c) => {
    const [x, lengths] = [c.tensor([T, B, K]), c.integers(B)];
    return () => nn.maskSteps(x, lengths);
  },
  maxPool: (c) => {
    const [x, lengths, size] = [c.tensor([T, B, K]), c.integers(B), c.number()];
    return () => nn.maxPool(x, lengths, size);
  },
  adaptiveMaxPool: (c) => {
    const [x, lengths, regions] = [c.tensor([T, B, K]), c.integers(B), c.number()];
    return () => nn.adaptiveMaxPool(x, lengths, regions);
  },
  convolve: (c) => {
    const [x, weight, bias] = [c.tensor([T, B, K]), c.tensor([K, K, 3]), c.isWrong ? c.tensor([K]) : null];
    return () => nn.convolve(x, weight, bias);
  },
  dropout: (c) => {
    const [x, rate] = [c.tensor(), c.number()];
    return () => nn.dropout(x, rate);
  },
  lockedDropout: (c) => {
    const [x, rate] = [c.tensor(), c.number()];
    return () => nn.lockedDropout(x, rate);
  },
  reshape: (c) => {
    const [x, shape] = [c.tensor(), c.shape()];
    return () => nn.reshape(x, shape);
  },
  permute: (c) => {
    const [x, order] = [c.tensor([T, B, K]), c.isWrong ? c.shape() : [2, 0, 1]];
    return () => nn.permute(x, order);
  },
  broadcastTo: (c) => {
    const [x, shape] = [c.tensor([K]), c.shape()];
    return () => nn.broadcastTo(x, shape);
  },
  slice: (c) => {
    const [x, dimension, start, end] = [c.tensor([T, B, K]), c.integer(3), c.integer(2), c.isWrong ? c.number() : 2];
    return () => nn.slice(x, dimension, start, end);
  },
  concat: (c) => {
    const [a, b, dimension] = [c.tensor([B, K]), c.tensor([B, K]), c.number()];
    return () => nn.concat([a, b], dimension);
  },
  gather: (c) => {
    const [x, index, lead] = [c.tensor([3, K]), c.integers(4), c.isWrong ? c.shape() : undefined];
    return () => nn.gather(x, index, lead);
  },
  dotScores: (c) => {
    const [queries, keys] = [c.tensor([T, B, K]), c.tensor([T, B, K])];
    return () => nn.dotScores(queries, keys);
  },
  additiveScores: (c) => {
    const [queries, keys, v] = [c.tensor([T, B, K]), c.tensor([T, B, K]), c.tensor([K])];
    return () => nn.additiveScores(queries, keys, v);
  },
  mixSteps: (c) => {
    const [weights, values] = [c.tensor([B, T, 2]), c.tensor([2, B, K])];
    return () => nn.mixSteps(weights, values);
  },
  "Embedding.forward": (c) => {
    const [{ layers }, ids] = [c.world, c.integers()];
    return () => layers.embedding.forward(ids);
  },
  "Linear.forward": (c) => {
    const [{ layers }, x] = [c.world, c.tensor([T, B, K])];
    return () => layers.linear.forward(x);
  },
  "Linear.loss": (c) => {
    const [{ layers }, x, targets] = [c.world, c.tensor([T, B, K]), c.integers(T * B)];
    return () => layers.linear.loss(x, targets);
  },
  "Linear.forward of freed memory, or of live memory": (c) => {
    const [{ layers, freed }, x] = [c.world, c.tensor([B, K])];
    const layer = c.isWrong ? freed : layers.linear;
    return () => layer.forward(x);
  },
  "LayerNorm.forward": (c) => {
    const [{ layers }, x] = [c.world, c.tensor([T, B, K])];
    return () => layers.norm.forward(x);
  },
  ...Object.fromEntries(nn.CELLS.flatMap((cell): [string, Prepare][] => [
    [`${cell}.forward`, (c) => {
      const [{ layers }, x] = [c.world, c.tensor([T, B, K])];
      const lengths = c.isWrong ? undefined : c.integers(B);
      const [h, cells] = [c.tensor(layers[cell].stateShapes(B).h), c.tensor(layers[cell].stateShapes(B).c)];
      const state = c.isWrong ? { h, c: cells } : undefined;
      return () => layers[cell].forward(x, { lengths, state });
    }],
    [`${cell}.forward from a state`, (c) => {
      const [{ layers }, x] = [c.world, c.tensor([T, B, K])];
      const shapes = layers[cell].stateShapes(B);
      const [cells, before] = [shapes.c, shapes.x].map((shape) => shape && c.tensor(shape));
      const state = { h: c.tensor(shapes.h), c: cells, x: before };
      return () => layers[cell].forward(x, { state });
    }],
  ])),
  "rnn.step": (c) => {
    const [{ layers }, x] = [c.world, c.tensor([B, K])];
    return () => layers.rnn.step(x);
  },
  ...Object.fromEntries((["additive", "multihead"] as const).map((kind): [string, Prepare] => [kind, (c) => {
    const [{ layers }, states, lengths, queries] = [c.world, c.tensor([T, B, K]), c.integers(B), c.tensor([1, B, K])];
    return () => layers[kind].forward(queries, layers[kind].prepare(states, lengths));
  }])),
  pooling: (c) => {
    const [{ layers }, x, lengths] = [c.world, c.tensor([T, B, K]), c.integers(B)];
    return () => layers.pooling.forward(x, lengths);
  },
  "new Linear": (c) => {
    const [input, output, { engine }, other] = [c.number(), c.number(), c.world, c.world];
    const random = new nn.Random(1, { engine: other.engine });
    const weight = c.isWrong ? other.layers.linear.weight : undefined;
    return () => new nn.Linear({ input, output, weight, random, engine });
  },
  "new LSTM": (c) => {
    const [input, hidden, layers, { engine }, other] = [c.number(), c.number(), 1 + c.integer(2), c.world, c.world];
    const random = new nn.Random(1, { engine: other.engine });
    return () => new nn.LSTM({ input, hidden, layers, random, engine });
  },
  "CarriedState.of": (c) => {
    const [h, cells, { engine }] = [c.tensor([2, 3, K]), c.tensor([2, 3, K]), c.world];
    return () => nn.CarriedState.of({ h, c: cells }, engine);
  },
  "new CarriedState": (c) => {
    const [shape, { engine }] = [c.shape(), c.world];
    return () => new nn.CarriedState({ h: shape }, { engine });
  },
  "Random.normal": (c, { engine }) => {
    const [seed, count] = [c.number(), c.number()];
    return () => new nn.Random(seed, { engine }).normal(count);
  },
};

/** A value for loading or restoring. */
function array(c: Choices, size: number): Float32Array<ArrayBuffer> {
  return c.isWrong ? c.integers() as unknown as Float32Array<ArrayBuffer> : new Float32Array(size).fill(0.5);
}

/** Calls that change their own model. */
const CHANGING: Record<string, Prepare> = {
  backward: (c, { layers }) => {
    const [x, loss] = [c.tensor([T, B, K]), c.isWrong ? c.tensor([]) : undefined];
    return () => (loss instanceof nn.Tensor ? loss : nn.sum(layers.linear.forward(x))).backward();
  },
  assign: (c, { layers }) => {
    const values = array(c, 2 * K);
    return () => layers.free.assign(values);
  },
  loadParameters: (c, { layers }) => {
    const changed = nn.parameterArrays(layers).map((array) => ({ ...array, data: array.data.map((x) => x + 1) }));
    const arrays = new Map(changed.map((array) => [array.name, array]));
    const [name] = [...arrays.keys()].slice(c.integer(arrays.size));
    if (c.isWrong) arrays.set(name, { ...arrays.get(name)!, data: array(c, 3) });
    if (c.isWrong) arrays.set(name, { ...arrays.get(name)!, shape: c.shape() });
    return () => nn.loadParameters(layers, arrays);
  },
  initialiseUniform: (c, { layers }) => {
    const [range, random] = [Math.abs(c.number()) || 0, new nn.Random(2, { engine: c.world.engine })];
    return () => nn.initialiseUniform(layers.free, Number.isFinite(range) ? range : 1, random);
  },
  initialiseOrthogonal: (c, { layers }) => {
    const [blocks, random] = [c.number(), new nn.Random(2, { engine: c.world.engine })];
    return () => nn.initialiseOrthogonal(layers.free, random, 1, blocks);
  },
  "CarriedState.carry": (c, { carried }) => {
    const [h, cells] = [c.tensor([2, 3, K]), c.tensor([2, 3, K])];
    return () => carried.carry({ h, c: cells });
  },
  "CarriedState.clear": (c, { carried, disposed }) => {
    const [places, state] = [c.isWrong ? undefined : c.shape(), c.isWrong ? disposed : carried];
    return () => state.clear(places);
  },
  "CarriedState.restore": (c, { carried }) => {
    const [h, cells, b] = [array(c, 2 * K), array(c, 2 * K), c.number()];
    return () => carried.restore({ h, c: cells }, b);
  },
  "CarriedState.select": (c, { carried }) => {
    const places = c.isWrong ? c.integers(3) : [2, 0, 1];
    return () => carried.select(places);
  },
  "Optimizer.step": (c, { optimizer }) => {
    const [clipNorm, norm] = [c.isWrong ? c.number() : 1, c.isWrong ? c.number() : undefined];
    return () => optimizer.step({ clipNorm, norm });
  },
  "Optimizer.zeroGradients": (_c, { optimizer }) => () => optimizer.zeroGradients(),
  "Optimizer.restore": (c, { optimizer }) => {
    const steps = c.isWrong ? c.number() : 1;
    const moments: Record<string, Float32Array> = c.isWrong ? { first_moment: array(c, 3) } : {};
    return () => optimizer.restore({ steps, moments: { ...optimizer.state().moments, ...moments } });
  },
  ...Object.fromEntries(
    Object.entries({ SGD, AdamW, RMSprop }).map(([name, Optimizer]): [string, Prepare] => [`new ${name}`, (c) => {
      const [parameters, learningRate] = [c.parameters(), c.number()];
      return () => new Optimizer(parameters, { learningRate });
    }]),
  ),
};

/** All calls. */
export const CALLS: readonly Call[] = [
  ...Object.entries(READING).map(([name, prepare]) => ({ name, prepare })),
  ...Object.entries(CHANGING).map(([name, prepare]) => ({ name, prepare, changes: true })),
];
