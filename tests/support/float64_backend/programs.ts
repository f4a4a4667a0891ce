import {
  adaptiveMaxPool,
  add,
  Attention,
  concat,
  convolve,
  convolve2d,
  crossEntropy,
  ctcLoss,
  div,
  Embedding,
  type Engine,
  exp,
  gather,
  inference,
  largest,
  layerNorm,
  Linear,
  linearCrossEntropy,
  log,
  logSoftmax,
  matmul,
  maxPool,
  maxSteps,
  meanSteps,
  Module,
  mul,
  permute,
  Random,
  softmax,
  sub,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../../src/nn/mod.ts";
import {
  Adam,
  AdamW,
  type Optimizer,
  type OptimizerOptions,
  RMSprop,
  SGD,
  type Trainable,
} from "../../../src/optim/mod.ts";
import { RECURRENT_LAYERS } from "../../nn/layers/mod.ts";
import { randomFloats, randomIntegers } from "../floats.ts";
import type { Named } from "../layer_contract.ts";
import { optionsOf } from "../recurrent_case.ts";

/** Something that can run on any engine; returns all numbers that it has computed. */
export type Program = (engine: Engine) => Named<ArrayLike<number>>;

const [T, B, V, E, H] = [4, 3, 11, 5, 6];
const LENGTHS = Int32Array.of(4, 1, 3);

/** The name of numbers computed from 8-bit weights, where the kernels round the other factor as well. */
export const EIGHT_BITS = "logits from 8-bit weights";

type MakeOptimizer = (parameters: Trainable<OptimizerOptions>) => Optimizer<OptimizerOptions>;

/** Trains a network around a recurrent layer for three steps, then runs it on 8-bit weights. */
function train(cell: string, makeOptimizer: MakeOptimizer): Program {
  return (engine) => {
    const random = new Random(3, { engine });
    const own = { engine, random };
    const subject = RECURRENT_LAYERS[cell];
    const options = optionsOf(subject, { layers: 2 }, { T, B, I: E, H });
    const network = new class extends Module {
      readonly embedding = new Embedding({ size: V, width: E, ...own });
      readonly core = subject.make({ ...options, dropout: 0.3, weightDropout: cell === "LSTM" ? 0.2 : 0, ...own });
      readonly readout = new Linear({ input: options.projection ?? H, output: V, ...own });
      logits(): Tensor {
        const x = this.embedding.forward(randomIntegers(1, T * B, 0, V), [T, B]);
        return this.readout.forward(this.core.forward(x, { lengths: LENGTHS }).output);
      }
    }();
    const optimizer = makeOptimizer(network.parameters());
    const targets = randomIntegers(2, T * B, -1, V);
    const losses = [0, 1, 2].map((step) =>
      training(() => {
        optimizer.zeroGradients();
        const loss = crossEntropy(network.logits(), targets);
        loss.backward();
        optimizer.step({ clipNorm: 1, clipValue: 0.2 });
        return loss.item();
      }, { engine, seed: 5, step })
    );
    const logits = inference(() => network.logits().toArray(), { engine });
    for (const parameter of network.parameters()) if (parameter.shape.length === 2) parameter.precision = "int8";
    const rounded = inference(() => network.logits().toArray(), { engine });
    const parameters = [...network.namedParameters()].map(([name, parameter]) => [name, parameter.toArray()]);
    return { losses, logits, [EIGHT_BITS]: rounded, ...Object.fromEntries(parameters) };
  };
}

/** Runs an operation on tensors of the given shapes; returns its values and the gradients of its inputs. */
function operation(shapes: number[][], apply: (...inputs: Tensor[]) => Tensor): Program {
  return (engine) =>
    training(() => {
      const inputs = shapes.map((shape, i) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return tensor(randomFloats(i + 1, size, 0.5, 2), shape, { engine, requiresGradient: true });
      });
      const y = apply(...inputs);
      sum(mul(y, tensor(randomFloats(9, y.size), y.shape, { engine }))).backward();
      return { values: y.toArray(), ...Object.fromEntries(inputs.map((x, i) => [`gradient ${i}`, x.gradients()])) };
    }, { engine });
}

/** Attends to ragged memories. */
function attend(kind: "additive" | "multihead"): Program {
  return (engine) => {
    const module = new Attention({ kind, query: H, memory: E, heads: 2, engine, random: new Random(4, { engine }) });
    const attention = operation([[T, B, H], [T, B, E]], (queries, states) => {
      const { context, weights } = module.forward(queries, module.prepare(states, LENGTHS));
      return add(sum(context), sum(mul(weights, weights)));
    });
    return attention(engine);
  };
}

/** Programs that together run every kernel. */
export const PROGRAMS: Named<Program> = {
  "an RNN, SGD with momentum": train("RNN", (p) => new SGD(p, { learningRate: 0.1, momentum: 0.9 })),
  "an RNN with relu, plain SGD": train("RNN with relu", (p) => new SGD(p, { learningRate: 0.1 })),
  "an LSTM, Adam": train("LSTM", (p) => new Adam(p, { learningRate: 0.01 })),
  "an LSTM with a projection, AdamW": train("LSTM with a projection", (p) => new AdamW(p, { learningRate: 0.01 })),
  "a Mogrifier LSTM, Adam": train("Mogrifier LSTM", (p) => new Adam(p, { learningRate: 0.01 })),
  "a GRU, RMSprop": train("GRU", (p) => new RMSprop(p, { learningRate: 0.01, momentum: 0.5 })),
  "Cho's GRU, Adam": train("Cho's GRU", (p) => new Adam(p, { learningRate: 0.01 })),
  "a QRNN, Adam": train("QRNN", (p) => new Adam(p, { learningRate: 0.01 })),
  "an SRU, Adam": train("SRU", (p) => new Adam(p, { learningRate: 0.01 })),
  "a minGRU, Adam": train("minGRU", (p) => new Adam(p, { learningRate: 0.01 })),
  "additive attention": attend("additive"),
  "multi-head attention": attend("multihead"),
  "elementwise operations": operation([[3, 5], [5]], (x, y) => exp(sub(div(log(x), y), mul(x, y)))),
  "layouts": operation([[2, 3, 4], [3, 4, 2]], (x, y) => concat([permute(x, [1, 2, 0]), y], 1)),
  "rows of a large table": operation([[16, 3]], (x) => gather(x, Int32Array.of(9, -1, 2, 9))),
  "a matrix product": operation([[3, 4], [4, 5]], (x, y) => matmul(x, y)),
  "layer normalization": operation([[3, 5], [5], [5]], (x, weight, bias) => layerNorm(x, weight, bias)),
  "softmax": operation([[3, 7]], (x) => softmax(x)),
  "CTC loss": operation([[T, B, V]], (x) => ctcLoss(x, [[1, 2], [], [3]], { lengths: LENGTHS, blank: 4 })),
  "log-softmax": operation([[3, 7]], (x) => logSoftmax(x)),
  "smoothed cross-entropy": operation([[3, 7]], (x) => crossEntropy(x, Int32Array.of(0, -1, 6), { smoothing: 0.1 })),
  "an output loss": operation(
    [[6, 4], [7, 4], [7]],
    (x, weight, bias) =>
      linearCrossEntropy(x, weight, bias, Int32Array.of(0, -1, 6, 2, 3, 3), { weights: [1, 2, 1, 0, 1, 1, 3] }),
  ),
  "pooling over steps": operation([[T, B, 5]], (x) => add(maxSteps(x, LENGTHS), meanSteps(x, LENGTHS))),
  "pooling of regions": operation([[T, B, 5]], (x) => adaptiveMaxPool(x, LENGTHS, 2)),
  "a convolution": operation([[T, B, 5], [6, 5, 3]], (x, weight) => maxPool(convolve(x, weight), LENGTHS, 2)),
  "a convolution of pictures": operation(
    [[2, 5, 4, 3], [6, 3, 3, 3]],
    (x, weight) => convolve2d(x, weight, null, { stride: 2, padding: 1 }),
  ),
  "a transposition": (engine) =>
    inference(() => {
      const [x, y] = [
        tensor(randomFloats(1, 15), [3, 5], { engine }),
        tensor(new Float32Array(15), [5, 3], { engine }),
      ];
      engine.run("transpose_matrix", 3, 5, x.address, y.address);
      return { values: y.toArray() };
    }, { engine }),
  "an update of dynamic evaluation": (engine) =>
    inference(() => {
      const [w, g, trained, s] = [1, 2, 3, 4].map((seed) => tensor(randomFloats(seed, 7, 0.1, 1), [7], { engine }));
      engine.run("dynamic_step", 7, w.address, g.address, trained.address, s.address, 1, 0.5, 0.1, 0.2, 1e-3);
      return { w: w.toArray(), s: s.toArray() };
    }, { engine }),
  "the largest of rows": (engine) =>
    inference(() => ({ places: largest(tensor(randomFloats(1, 21), [3, 7], { engine }), 2) }), { engine }),
};
