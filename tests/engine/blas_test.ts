import { assert, assertEquals, assertThrows } from "@std/assert";
import { bindLibrary } from "../../src/engine/native/bind_library.ts";
import { OneDNNLibrary } from "../../src/engine/native/onednn_library.ts";
import {
  Engine,
  inference,
  linearCrossEntropy,
  LSTM,
  Parameter,
  Random,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { SGD } from "../../src/optim/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats } from "../support/floats.ts";
import { train } from "../support/recurrent_training.ts";

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

for (const blas of libraries.filter((blas) => blas !== "auto")) {
  Deno.test(`${blas} multiplies matrices that lie above 2 GiB`, () => {
    using engine = new Engine({ blas });
    engine.allocate(2 ** 31);
    const [found, expected] = [train(engine), train(new Engine())];
    found.forEach((value, i) => assert(Math.abs(value - expected[i]) <= 1e-4, `${i}: ${value}, ${expected[i]}`));
  });
}

/** Clips the gradients of an output layer by their elements and by their norm; returns its weights after two steps. */
function clipTwice(engine: Engine): Float32Array {
  const weight = new Parameter([9, 8], { engine });
  const optimizer = new SGD([weight], { learningRate: 1 });
  const [values, targets] = [randomFloats(1, 48, -50, 50), Int32Array.of(0, 3, 8, 3, 1, 5)];
  const loss = (): Tensor => linearCrossEntropy(tensor(values, [6, 8], { engine }), weight, null, targets);
  for (let step = 0; step < 2; step++) {
    optimizer.zeroGradients();
    training(() => loss().backward(), { engine });
    optimizer.step({ clipValue: 0.1, clipNorm: 5 });
  }
  return weight.toArray();
}

/** Reads a sequence step by step with a layer whose outputs are projected to a width. */
function stepwise(engine: Engine, projection: number): Float32Array {
  const lstm = new LSTM({ input: 5, hidden: 520, projection, engine, random: new Random(1, { engine }) });
  return inference(() => {
    let found = lstm.step(tensor(randomFloats(0, 10), [2, 5], { engine }));
    for (let t = 1; t < 3; t++) found = lstm.step(tensor(randomFloats(t, 10), [2, 5], { engine }), found.state);
    return found.output.toArray();
  }, { engine });
}

for (const blas of libraries) {
  for (const projection of [4, 512]) {
    Deno.test(`single steps of an LSTM with a projection to ${projection} match WebAssembly with ${blas}`, () => {
      const [found, expected] = [new Engine({ blas }), new Engine()].map((engine) => stepwise(engine, projection));
      assertAllClose(found, expected, { tolerance: 1e-5, name: "states" });
    });
  }
}

for (const blas of libraries.slice(0, 1)) {
  Deno.test(`with ${blas}, elements of an output layer's gradient are clipped before its norm`, () => {
    const [found, expected] = [clipTwice(new Engine({ blas })), clipTwice(new Engine())];
    assertAllClose(found, expected, { tolerance: 1e-5, name: "weights" });
  });
}

for (const blas of libraries.filter((blas) => blas.startsWith("libdnnl"))) {
  Deno.test(`products of matrices of ${blas} are exact for every number of rows and terms`, () => {
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const { products, release } = bindLibrary({ path: blas, symbol: "dnnl_sgemm", packs: "float32" }, memory);
    const floats = new Float32Array(memory.buffer);
    const [a, b, c, n] = [1000, 400_000, 800_000, 3];
    for (const [m, k] of [[1, 1], [15, 17], [16, 256], [273, 5], [7, 531], [300, 300]]) {
      for (const [transposedA, transposedB, accumulate] of [[0, 0, 0], [0, 1, 1], [1, 0, 1]]) {
        const [lda, ldb, ldc] = [(transposedA ? m : k) + 2, (transposedB ? k : n) + 1, n + 3];
        for (let i = 0; i < 1_000_000; i++) floats[i] = (i * 37 % 19 - 9) / 8;
        const before = floats.slice(c, c + m * ldc);
        const sizes = [m, n, k, a * 4, lda, b * 4, ldb, c * 4, ldc] as const;
        products!.multiplyMatrices(0, transposedA, transposedB, ...sizes, accumulate);
        release?.();
        const expected = before.map((value, i) => {
          const [row, column] = [Math.floor(i / ldc), i % ldc];
          if (column >= n) return value;
          let sum = accumulate ? value : 0;
          for (let p = 0; p < k; p++) {
            sum += floats[a + (transposedA ? p * lda + row : row * lda + p)] *
              floats[b + (transposedB ? column * ldb + p : p * ldb + column)];
          }
          return sum;
        });
        assertEquals(floats.slice(c, c + m * ldc), expected);
      }
    }
  });
}

for (const blas of libraries.filter((blas) => blas.startsWith("libdnnl"))) {
  Deno.test(`products with packed weights of ${blas} are exact, whatever lies between their rows`, () => {
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const { products, release } = bindLibrary({ path: blas, symbol: "dnnl_sgemm", packs: "float32" }, memory);
    const floats = new Float32Array(memory.buffer);
    const [a, b, packed, c] = [1024, 40_960, 200_704, 800_000];
    for (const [n, k] of [[64, 5], [65, 7], [256, 300], [512, 9]]) {
      for (let i = 0; i < packed; i++) floats[i] = (i * 37 % 19 - 9) / 8;
      const end = packed + products!.packedBytes(k, n) / 4;
      floats.fill(NaN, packed, end + 1);
      products!.pack(0, k, n, b * 4, n, packed * 4);
      assert(isNaN(floats[end]), "nothing is written behind packed weights");
      for (const m of [1, 3, 16]) {
        products!.multiply(m, n, k, a * 4, packed * 4, 0, c * 4, 0, 0);
        const expected = Array.from({ length: m * n }, (_, i) => {
          let sum = 0;
          for (let p = 0; p < k; p++) sum += floats[a + Math.floor(i / n) * k + p] * floats[b + p * n + i % n];
          return sum;
        });
        assertEquals([...floats.subarray(c, c + m * n)], expected);
      }
    }
    release?.();
  });
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

Deno.test("a library without products of matrices is refused in plain words", () => {
  if (!isPermitted) return;
  withLibraries(
    () => {
      throw new Error(
        "Failed to register symbol dnnl_sgemm: Could not obtain symbol from the library: undefined symbol",
      );
    },
    () =>
      assertThrows(
        () => new Engine({ blas: "libz.so.1" }),
        RangeError,
        "found no dnnl_sgemm in it and no cblas_sgemm in it",
      ),
  );
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

/** Opens libraries as usual, but lets oneDNN report another version. */
function reporting(major: number): (path: string, symbols: Record<string, unknown>) => unknown {
  const { dlopen } = Deno;
  const version = Int32Array.of(major, 0, 0);
  return (path, symbols) =>
    "dnnl_version" in symbols
      ? { symbols: { dnnl_version: () => Deno.UnsafePointer.of(version) } }
      : dlopen(path, symbols as Deno.ForeignLibraryInterface);
}

Deno.test({
  name: "oneDNN of an unknown version multiplies unpacked weights, which is said once",
  ignore: !libraries.some((blas) => blas.startsWith("libdnnl")),
  fn: () => {
    const blas = libraries.find((blas) => blas.startsWith("libdnnl"))!;
    const engines: Engine[] = [];
    const warnings = withLibraries(reporting(9), () => {
      for (let i = 0; i < 2; i++) engines.push(new Engine({ blas }));
    });
    assertEquals(warnings, [
      `pack weights with ${blas} 9.0: expected its products, found ${blas} 9.0: version 9 instead of 2 or 3; ` +
      "continuing with unpacked weights",
    ]);
    assertEquals(engines.map(({ packing }) => packing), ["rows", "rows"]);
    const [found, expected] = [train(engines[0]), train(new Engine())];
    found.forEach((value, i) => assert(Math.abs(value - expected[i]) <= 1e-4, `${i}: ${value}, ${expected[i]}`));
  },
});

Deno.test({
  name: "weights that oneDNN refuses stay unpacked, which is said once",
  ignore: !libraries.some((blas) => blas.startsWith("libdnnl")),
  fn: () => {
    const engine = new Engine({ blas: libraries.find((blas) => blas.startsWith("libdnnl"))! });
    const { product } = OneDNNLibrary.prototype;
    OneDNNLibrary.prototype.product = () => undefined;
    try {
      let found: number[] = [];
      const warnings = withLibraries(Deno.dlopen as Parameters<typeof withLibraries>[0], () => found = train(engine));
      const said = `pack weights with ${engine.blas!.name}: expected its products, found none of weights [`;
      assertEquals(warnings.map((text) => text.slice(0, said.length)), [said]);
      const expected = train(new Engine());
      found.forEach((value, i) => assert(Math.abs(value - expected[i]) <= 1e-4, `${i}: ${value}, ${expected[i]}`));
    } finally {
      OneDNNLibrary.prototype.product = product;
    }
  },
});

for (const blas of libraries.filter((blas) => blas.startsWith("libdnnl"))) {
  Deno.test({
    name: `signals that arrive while ${blas} computes change no product, and no child process blocks them`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      const program = new URL("interrupted_program.ts", import.meta.url).pathname;
      const args = ["run", "--quiet", "--no-check", "-A", program, blas, "2", "12"];
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
      const { signals, different, blocked } = JSON.parse(new TextDecoder().decode(stdout));
      assert(signals > 0);
      assertEquals([different, BigInt(`0x${blocked}`)], [0, 0n]);
    },
  });
}
