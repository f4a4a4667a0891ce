/** Times the main kernels. The names give the work, so that GFLOP/s = MFLOP x iterations per second / 1,000. */
import { multiplyKept } from "../src/tensor/mod.ts";
import { crossEntropy, Parameter, training } from "../src/nn/mod.ts";
import { Adam, SGD } from "../src/optim/mod.ts";
import { makeProduct, startEngine } from "./training_step.ts";

const SHAPES = [
  [32, 1024, 256],
  [2048, 1024, 256],
  [700, 10000, 200],
  [1024, 512, 1024],
] as const;

const ENGINES = [
  { name: "1 thread", engine: await startEngine({ threads: 1, blas: "off" }) },
  { name: "all threads", engine: await startEngine({ threads: navigator.hardwareConcurrency, blas: "off" }) },
];

function work(M: number, N: number, K: number): string {
  return `[${M}, ${K}] x [${K}, ${N}], ${(2 * M * N * K / 1e6).toFixed(1)} MFLOP`;
}

for (const [M, N, K] of SHAPES) {
  for (const [i, { name, engine }] of ENGINES.entries()) {
    const group = `product ${work(M, N, K)}`;
    Deno.bench(
      { name: `${group}, ${name}`, group, baseline: i === 0, n: 10, warmup: 3 },
      makeProduct(engine, [M, N, K]),
    );
  }
}

const [{ engine }] = ENGINES;

// The cost of a token at batch size 1: one row times a matrix, whose packed form is cached.
for (const [N, K] of [[1024, 256], [10000, 650]] as const) {
  const group = `matrix-vector ${work(1, N, K)}`;
  for (const precision of ["float32", "int8"] as const) {
    const weight = new Parameter([N, K], { engine });
    weight.precision = precision;
    const x = new Parameter([1, K], { engine });
    const y = new Parameter([1, N], { engine });
    Deno.bench({ name: `${group}, ${precision}`, group, baseline: precision === "float32", n: 100, warmup: 10 }, () => {
      multiplyKept(1, { address: x.address, pitch: K }, weight, { address: y.address, pitch: N }, false);
    });
  }
}

for (const { name, engine } of ENGINES) {
  const [rows, V] = [700, 10000];
  const logits = new Parameter([rows, V], { engine });
  const targets = Int32Array.from({ length: rows }, (_, i) => i * 13 % V);
  const group = `softmax and cross-entropy of [${rows}, ${V}], forward and backward`;
  Deno.bench({ name: `${group}, ${name}`, group, baseline: name === "1 thread", n: 10, warmup: 3 }, () => {
    logits.zeroGradient();
    training(() => crossEntropy(logits, targets).backward(), { engine });
  });
}

const SIZE = 4_000_000;
for (const { name, engine } of ENGINES) {
  for (const Optimizer of [SGD, Adam]) {
    const weight = new Parameter([SIZE], { engine });
    const optimizer = new Optimizer([weight], { learningRate: 0.001 });
    const group = `${Optimizer.name} step of ${SIZE / 1e6} million numbers, with clipping`;
    Deno.bench({ name: `${group}, ${name}`, group, baseline: name === "1 thread", n: 10, warmup: 3 }, () => {
      optimizer.step({ clipNorm: 0.25 });
    });
  }
}
