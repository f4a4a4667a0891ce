import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  crossEntropy,
  Embedding,
  Engine,
  GRU,
  inference,
  Linear,
  LSTM,
  Random,
  RNN,
  training,
} from "../../src/nn/mod.ts";
import { SGD } from "../../src/optim/mod.ts";

const isPermitted = Deno.permissions.querySync({ name: "ffi" }).state === "granted";

/** The native libraries of this machine; none without permission. */
const libraries = ["auto", "libdnnl.so.2", "libdnnl.so.3", "libopenblas.so.0", "libmkl_rt.so.2", "libblis.so.4"]
  .filter((blas) => {
    try {
      return isPermitted && new Engine({ blas }).blas !== undefined;
    } catch {
      return false;
    }
  });
if (libraries.length === 0) {
  console.log(
    `native products: not tested, expected --allow-ffi and a library, found ${isPermitted ? "none" : "no permission"}`,
  );
}

const [V, E, H, P, B, T] = [11, 6, 9, 5, 7, 8];

/** Returns the losses of a few training steps and the logits after them. */
function train(engine: Engine): number[] {
  const options = { engine, random: new Random(3, { engine }) };
  const layers = [
    new LSTM({ input: E, hidden: H, layers: 2, bidirectional: true, projection: P, ...options }),
    new GRU({ input: 2 * P, hidden: H, ...options }),
    new RNN({ input: H, hidden: H, ...options }),
  ];
  const embedding = new Embedding({ size: V, width: E, ...options });
  const head = new Linear({ input: H, output: V, ...options });
  const optimizer = new SGD([embedding, ...layers, head].flatMap((module) => module.parameters()), {
    learningRate: 0.5,
  });
  const lengths = Array.from({ length: B }, (_, b) => T - b % 4);
  const ids = Int32Array.from({ length: T * B }, (_, i) => i * 31 % V);
  const forward = () => {
    let x = embedding.forward(ids, [T, B]);
    for (const layer of layers) x = layer.forward(x, { lengths }).output;
    return head.forward(x);
  };
  const losses = Array.from({ length: 10 }, () => {
    optimizer.zeroGradients();
    const loss = training(() => {
      const loss = crossEntropy(forward(), ids.map((id) => (id * 7 + 1) % V));
      loss.backward();
      return loss.item();
    }, { engine });
    optimizer.step({ clipNorm: 1 });
    return loss;
  });
  return [...losses, ...inference(() => forward().toArray(), { engine })];
}

async function started(threads: number, blas: string): Promise<Engine> {
  const engine = new Engine({ threads, blas });
  await engine.ready();
  return engine;
}

for (const blas of libraries) {
  for (const threads of [1, 3]) {
    Deno.test(`training with ${blas} and ${threads} threads matches WebAssembly within 1e-4`, async () => {
      using engine = await started(threads, blas);
      const [found, expected] = [train(engine), train(new Engine())];
      assert(engine.gemm.endsWith("(ffi)"), engine.gemm);
      found.forEach((value, i) => assert(Math.abs(value - expected[i]) <= 1e-4, `${i}: ${value}, ${expected[i]}`));
      assert(found[9] < found[0]);
    });
  }
}

Deno.test("products run in WebAssembly by default", () => {
  const engine = new Engine();
  assertEquals([engine.blas, engine.gemm], [undefined, `WebAssembly (${engine.build})`]);
  assertEquals(new Engine({ blas: "off" }).blas, undefined);
});

Deno.test("auto without permission uses WebAssembly and does not prompt", () => {
  if (!isPermitted) assertEquals(new Engine({ blas: "auto" }).blas, undefined);
  else assert(typeof new Engine({ blas: "auto" }).gemm === "string");
});

Deno.test("a file that is not a library is rejected by name", () => {
  const file = new URL(import.meta.url).pathname;
  const expected = `use ${file} for matrix products: expected a library with dnnl_sgemm or cblas_sgemm, found `;
  const { message } = assertThrows(() => new Engine({ blas: file }), RangeError);
  assert(message.startsWith(expected), message);
  assert(!message.includes("\n"), message);
  if (isPermitted) assertThrows(() => new Engine({ blas: "/no/such/lib.so" }), RangeError, "found no such library");
  else assert(message.endsWith("found no permission; use --allow-ffi"), message);
});

/** Replaces `Deno.dlopen` while `body` runs; returns the warnings. */
function withLibraries(
  dlopen: (path: string, symbols: Record<string, unknown>) => unknown,
  body: () => void,
): string[] {
  const [{ dlopen: original }, { warn }] = [Deno, console];
  const warnings: string[] = [];
  console.warn = (text: string) => void warnings.push(text);
  Deno.dlopen = dlopen as typeof Deno.dlopen;
  try {
    body();
  } finally {
    Deno.dlopen = original;
    console.warn = warn;
  }
  return warnings;
}

Deno.test({
  name: "incorrect libraries are skipped with a warning, missing ones silently",
  ignore: !isPermitted || Deno.build.os !== "linux",
  fn: () => {
    const dlopen = (path: string, symbols: Record<string, unknown>): unknown => {
      const [symbol] = Object.keys(symbols);
      if (path === "libdnnl.so.2" && symbol === "dnnl_sgemm") return { symbols: { dnnl_sgemm: () => 0 } };
      if (path === "libopenblas.so.0") throw new TypeError("Failed to register symbol: undefined symbol: cblas_sgemm");
      throw new TypeError(`Could not open library: ${path}: cannot open shared object file: No such file or directory`);
    };
    let engine: Engine | undefined;
    const warnings = withLibraries(dlopen, () => engine = new Engine({ blas: "auto" }));
    assertEquals(engine?.blas, undefined);
    assertEquals(warnings.length, 2);
    assert(
      /^skip libdnnl.so.2: expected correct products from dnnl_sgemm, found \S+ instead of \S+$/.test(warnings[0]),
    );
    assertEquals(
      warnings[1],
      "skip libopenblas.so.0: expected correct products from cblas_sgemm, " +
        "found Failed to register symbol: undefined symbol: cblas_sgemm",
    );
  },
});
