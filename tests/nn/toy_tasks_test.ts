import { assert } from "@std/assert";
import {
  crossEntropy,
  Embedding,
  GRU,
  inference,
  Linear,
  LSTM,
  mean,
  type Module,
  mul,
  Random,
  type Recurrent,
  reshape,
  RNN,
  sub,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";

/** Trains for at most `most` steps, and stops early if `isSolved`, which is checked every 50 steps. */
function train(modules: Module[], rate: number, most: number, loss: () => Tensor, isSolved: () => boolean): void {
  const optimizer = new Adam(modules.flatMap((module) => module.parameters()), { learningRate: rate });
  for (let step = 1; step <= most && !(step % 50 === 0 && isSolved()); step++) {
    optimizer.zeroGradients();
    training(() => loss().backward());
    optimizer.step({ clipNorm: 1 });
  }
}

/**
 * The adding problem (Hochreiter and Schmidhuber 1997): among T numbers in [0, 1) two are marked, one in either half,
 * and the target is their sum.
 */
class AddingProblem {
  #T: number;
  #random = new Random(99);

  constructor(T: number) {
    this.#T = T;
  }

  /** Draws x `[T, B, 2]`, a number and a mark at each step, and the sums y `[B]`. */
  draw(B: number): { x: Float32Array; y: Float32Array } {
    const T = this.#T;
    const [numbers, places] = [this.#random.uniform(T * B), this.#random.uniform(2 * B, 0, T / 2)];
    const x = new Float32Array(T * B * 2);
    const y = new Float32Array(B);
    numbers.forEach((number, row) => x[row * 2] = number);
    for (let b = 0; b < B; b++) {
      for (const t of [Math.floor(places[2 * b]), Math.floor(T / 2 + places[2 * b + 1])]) {
        x[(t * B + b) * 2 + 1] = 1;
        y[b] += numbers[t * B + b];
      }
    }
    return { x, y };
  }

  /** Computes the mean squared error of a recurrent layer with a linear readout on B new sequences. */
  loss(cell: Recurrent, readout: Linear, B: number): Tensor {
    const { x, y } = this.draw(B);
    const { state } = cell.forward(tensor(x, [this.#T, B, 2]));
    const error = sub(reshape(readout.forward(state.h), [B]), tensor(y));
    return mean(mul(error, error));
  }

  /** Trains, and returns the error on 500 new sequences. */
  learn(cell: Recurrent): number {
    const readout = new Linear({ random: new Random(2), input: cell.projected, output: 1 });
    const evaluate = () => inference(() => this.loss(cell, readout, 500).item());
    train([cell, readout], 0.02, 1500, () => this.loss(cell, readout, 32), () => evaluate() < 0.01);
    return evaluate();
  }
}

const adding = { random: new Random(1), input: 2, hidden: 32 };
/** Error of always predicting the mean, 1: the variance of the sum of two uniform numbers. */
const CHANCE = 1 / 6;

Deno.test("an LSTM learns to add two of 50 numbers: mean squared error below 0.02 (chance is 1/6)", () => {
  const lstm = new LSTM(adding);
  lstm.initialiseForgetBias(1);
  const error = new AddingProblem(50).learn(lstm);
  assert(error < 0.02, `found ${error}`);
});

Deno.test("a GRU learns to add two of 50 numbers: mean squared error below 0.02 (chance is 1/6)", () => {
  const error = new AddingProblem(50).learn(new GRU(adding));
  assert(error < 0.02, `found ${error}`);
});

Deno.test("a vanilla RNN does not learn to add two of 50 numbers, because its gradient vanishes", () => {
  const error = new AddingProblem(50).learn(new RNN(adding));
  assert(error > 0.9 * CHANCE, `found ${error}`);
});

Deno.test("a vanilla RNN learns to add two of 6 numbers, so the length is what defeats it", () => {
  const error = new AddingProblem(6).learn(new RNN(adding));
  assert(error < 0.02, `found ${error}`);
});

/** String reversal: the input is a string, then as many blanks; the target at the blanks is the reversed string. */
class StringReversal {
  #length: number;
  #symbols: number;
  #random = new Random(98);

  constructor(length: number, symbols: number) {
    this.#length = length;
    this.#symbols = symbols;
  }

  /** Draws ids and targets `[2 length, B]`; targets of -1 are ignored. */
  draw(B: number): { ids: Int32Array; targets: Int32Array } {
    const T = 2 * this.#length;
    const ids = new Int32Array(T * B).fill(this.#symbols);
    const targets = new Int32Array(T * B).fill(-1);
    this.#random.uniform(this.#length * B, 0, this.#symbols).forEach((number, i) => {
      const [t, b] = [Math.floor(i / B), i % B];
      ids[i] = targets[(T - 1 - t) * B + b] = Math.floor(number);
    });
    return { ids, targets };
  }

  /** Trains, and returns the share of correct symbols in 300 new strings. */
  learn(cell: Recurrent): number {
    const [symbols, random] = [this.#symbols, new Random(2)];
    const embedding = new Embedding({ random, size: symbols + 1, width: cell.input });
    const readout = new Linear({ random, input: cell.projected, output: symbols });
    const run = (ids: Int32Array, B: number) =>
      readout.forward(cell.forward(embedding.forward(ids, [ids.length / B, B])).output);
    const loss = () => {
      const { ids, targets } = this.draw(32);
      return crossEntropy(run(ids, 32), targets);
    };
    const evaluate = () => {
      const { ids, targets } = this.draw(300);
      const logits = inference(() => run(ids, 300).toArray());
      const isRight = (target: number, row: number): boolean => {
        const own = logits.subarray(row * symbols, (row + 1) * symbols);
        return target >= 0 && own.every((logit) => logit <= own[target]);
      };
      return targets.filter(isRight).length / (300 * this.#length);
    };
    train([embedding, cell, readout], 0.01, 1500, loss, () => evaluate() > 0.995);
    return evaluate();
  }
}

for (const Cell of [LSTM, GRU]) {
  Deno.test(`${Cell.name} learns to reverse strings of length 6 over 4 symbols with accuracy above 99%`, () => {
    const share = new StringReversal(6, 4).learn(new Cell({ random: new Random(1), input: 8, hidden: 64 }));
    assert(share > 0.99, `found ${share}`);
  });
}
