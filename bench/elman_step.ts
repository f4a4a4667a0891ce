/**
 * Milliseconds of one full training step (forward, backward, clipping, SGD) of Elman on a configuration, and the share of the matrix
 * kernel's own speed that it reaches: `deno run bench/elman_step.ts '{"cell":"LSTM",...}'`.
 */
import { crossEntropy, Embedding, Engine, GRU, Linear, LSTM, RNN, training } from "../src/nn/mod.ts";
import { SGD } from "../src/optim/mod.ts";

/** One row of `configurations.json`. */
export interface Configuration {
  readonly cell: "LSTM" | "GRU" | "RNN";
  readonly vocabulary: number;
  readonly embed: number;
  readonly hidden: number;
  readonly layers: number;
  readonly batch: number;
  readonly bptt: number;
}

const CELLS = { LSTM, GRU, RNN };
const GATES = { LSTM: 4, GRU: 3, RNN: 1 };
const RUNS = 7;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** Multiplications and additions of a step's matrix products: forward once, backward twice. */
export function stepFlops({ cell, vocabulary, embed, hidden, layers, batch, bptt }: Configuration): number {
  let perToken = hidden * vocabulary;
  for (let layer = 0; layer < layers; layer++) {
    perToken += GATES[cell] * hidden * ((layer === 0 ? embed : hidden) + hidden);
  }
  return 3 * 2 * perToken * batch * bptt;
}

/** Median milliseconds of a step, after a warm-up. */
export function timeStep(configuration: Configuration): number {
  const { cell, vocabulary, embed, hidden, layers, batch, bptt } = configuration;
  const embedding = new Embedding({ size: vocabulary, width: embed });
  const rnn = new CELLS[cell]({ input: embed, hidden, layers });
  const head = new Linear({ input: hidden, output: vocabulary });
  const modules = [embedding, rnn, head];
  const optimizer = new SGD(modules.flatMap((module) => module.parameters()), { learningRate: 0.1 });
  const random = (): Int32Array =>
    Int32Array.from({ length: batch * bptt }, () => Math.floor(Math.random() * vocabulary));
  const [x, y] = [random(), random()];
  const step = (): void => {
    optimizer.zeroGradients();
    training(() => crossEntropy(head.forward(rnn.forward(embedding.forward(x, [bptt, batch])).output), y).backward());
    optimizer.step({ clipNorm: 0.25 });
  };
  for (let i = 0; i < 3; i++) step();
  return median(Array.from({ length: RUNS }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  }));
}

/** Best GFLOP/s of the matrix kernel at [1024, 1024] x [1024, 512]. */
export function kernelSpeed(): number {
  const engine = Engine.default();
  const [M, N, K] = [1024, 512, 1024];
  const blocks = [M * K, K * N, M * N].map((size) => engine.allocate(size * 4));
  const [a, b, c] = blocks.map(({ address }) => address);
  const times = Array.from({ length: 12 }, () => {
    const start = performance.now();
    engine.run("matmul", 0, 0, M, N, K, a, K, b, N, c, N, 0, engine.scratch);
    return performance.now() - start;
  });
  for (const block of blocks) engine.release(block);
  return 2 * M * N * K / Math.min(...times) / 1e6;
}

if (import.meta.main) {
  const configuration: Configuration = JSON.parse(Deno.args[0]);
  const milliseconds = timeStep(configuration);
  const gflops = stepFlops(configuration) / milliseconds / 1e6;
  const kernel = kernelSpeed();
  console.log(JSON.stringify({
    peer: "elman",
    milliseconds,
    tokensPerSecond: Math.round(configuration.batch * configuration.bptt / milliseconds * 1e3),
    gflops,
    kernel,
    share: gflops / kernel,
  }));
}
