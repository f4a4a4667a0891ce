// Computes products in a native library while signals arrive; see blas_test.ts. The arguments are the library,
// the number of threads, and how often each product is computed. Prints the number of signals, that of products that
// differ from the first ones, which no signal interrupts, and the mask of the signals that a child process blocks.

import { Engine } from "../../src/engine/mod.ts";
import { matmul, mul, Parameter, Random, sum, training } from "../../src/nn/mod.ts";

/** Shapes [m, n, k] of products. */
const SHAPES = [[46, 616, 941], [20, 1024, 256]] as const;

const [blas, threads, times] = Deno.args;
const engine = new Engine({ blas, threads: Number(threads) });
await engine.ready();

const factors = SHAPES.map(([m, n, k]) => {
  const random = new Random(1, { engine });
  return [[m, k], [k, n]].map((shape) => new Parameter(shape, { engine, values: random.normal(shape[0] * shape[1]) }));
});

/** Computes a product and its gradients. */
function products([a, b]: readonly Parameter[]): Float32Array[] {
  return training(() => {
    const y = matmul(a, b);
    sum(mul(y, y)).backward();
    const found = [y.toArray(), a.gradients(), b.gradients()];
    for (const factor of [a, b]) factor.zeroGradient();
    return found;
  }, { engine });
}

/** Whether two arrays differ by more than roundings. */
function differ(found: Float32Array, expected: Float32Array): boolean {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return !found.every((value, i) => Math.abs(value - expected[i]) <= 1e-4 * largest);
}

const expected = factors.map(products);

let signals = 0;
Deno.addSignalListener("SIGUSR2", () => signals++);
const sender = new Worker(
  `data:text/javascript,${
    encodeURIComponent(`
      const words = new Int32Array(new SharedArrayBuffer(4));
      postMessage("ready");
      for (;;) {
        Deno.kill(${Deno.pid}, "SIGUSR2");
        Atomics.wait(words, 0, 0, 0.1);
      }
    `)
  }`,
  { type: "module" },
);
await new Promise((resolve) => sender.onmessage = resolve);

let different = 0;
for (let i = 0; i < Number(times); i++) {
  factors.forEach((pair, p) => {
    const found = products(pair);
    if (found.some((values, part) => differ(values, expected[p][part]))) different++;
  });
  await new Promise((resolve) => setTimeout(resolve));
}
const { stdout } = await new Deno.Command("grep", { args: ["SigBlk", "/proc/self/status"] }).output();
const blocked = new TextDecoder().decode(stdout).trim().split(/\s+/)[1];
console.log(JSON.stringify({ gemm: engine.gemm, signals, different, blocked }));
Deno.exit();
