import { InputRangeError } from "../../../errors.ts";
import type { NativeFunctions } from "../../kernels/mod.ts";
import type { Memory } from "../memory.ts";
import { bindLibrary } from "./bind_library.ts";
import type { NativeLibrary } from "./bind_sgemm.ts";
import { wrongPackedProduct, wrongProduct } from "./check_products.ts";
import { adviseHugePages } from "./huge_pages.ts";
import { OneDNN } from "./onednn.ts";
import { OneDNNLibrary } from "./onednn_library.ts";

/**
 * The implementation of matrix products: `auto` uses the first usable native library, `off` uses WebAssembly, and a
 * path names a native library.
 */
export type BlasRequest = "auto" | "off" | string;

/**
 * The numbers that matrix products multiply: floats, or floats rounded to bfloat16. Sums, weights, gradients and states
 * are floats in either case.
 */
export type ProductPrecision = "float32" | "bf16";

/** A native library whose products have been checked. */
export interface Blas extends NativeLibrary {
  /** Its name and, if it reports one, its version. */
  readonly name: string;
  /** Its functions, for this thread. */
  readonly functions: NativeFunctions;
}

/** A library and its file names on each system, in order of preference. */
interface Candidate {
  readonly name: string;
  readonly symbol: NativeLibrary["symbol"];
  readonly files: Readonly<Record<string, readonly string[]>>;
}

const ONE_API = "/opt/intel/oneapi";
const ONE_API_WINDOWS = "C:\\Program Files (x86)\\Intel\\oneAPI";

const CANDIDATES: readonly Candidate[] = [
  {
    name: "oneDNN",
    symbol: "dnnl_sgemm",
    files: {
      linux: ["libdnnl.so.3", "libdnnl.so.2", "libdnnl.so", `${ONE_API}/dnnl/latest/lib/libdnnl.so`],
      darwin: ["libdnnl.dylib", "/opt/homebrew/lib/libdnnl.dylib", "/usr/local/lib/libdnnl.dylib"],
      windows: ["dnnl.dll", `${ONE_API_WINDOWS}\\dnnl\\latest\\bin\\dnnl.dll`],
    },
  },
  {
    name: "MKL",
    symbol: "cblas_sgemm",
    files: {
      linux: [
        "libmkl_rt.so.2",
        "libmkl_rt.so",
        `${ONE_API}/mkl/latest/lib/libmkl_rt.so.2`,
        `${ONE_API}/mkl/latest/lib/intel64/libmkl_rt.so.2`,
      ],
      darwin: ["libmkl_rt.dylib", `${ONE_API}/mkl/latest/lib/libmkl_rt.dylib`],
      windows: ["mkl_rt.2.dll", "mkl_rt.dll", `${ONE_API_WINDOWS}\\mkl\\latest\\bin\\mkl_rt.2.dll`],
    },
  },
  {
    name: "Accelerate",
    symbol: "cblas_sgemm",
    files: { darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"] },
  },
  {
    name: "OpenBLAS",
    symbol: "cblas_sgemm",
    files: {
      linux: ["libopenblas.so.0", "libopenblas.so", "/usr/local/lib/libopenblas.so"],
      darwin: [
        "libopenblas.dylib",
        "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
        "/usr/local/opt/openblas/lib/libopenblas.dylib",
      ],
      windows: ["libopenblas.dll", "openblas.dll", "C:\\OpenBLAS\\bin\\libopenblas.dll"],
    },
  },
  {
    name: "BLIS",
    symbol: "cblas_sgemm",
    files: {
      linux: ["libblis.so.4", "libblis.so.3", "libblis.so", "/usr/local/lib/libblis.so"],
      darwin: ["libblis.dylib", "/opt/homebrew/lib/libblis.dylib", "/usr/local/lib/libblis.dylib"],
      windows: ["libblis.dll", "AOCL-LibBlis-Win-MT.dll"],
    },
  },
];

/** The part of Deno that the loader uses; undefined in other runtimes. */
interface ForeignFunctions {
  readonly build: { readonly os: string };
  readonly permissions: { querySync(descriptor: { name: "ffi" }): { readonly state: string } };
  dlopen(path: string, symbols: Record<string, unknown>): { readonly symbols: Record<string, () => unknown> };
  readonly UnsafePointerView: new (pointer: unknown) => { getInt32(offset: number): number; getCString(): string };
}

const deno = (globalThis as { readonly Deno?: ForeignFunctions }).Deno;

/**
 * Opens the requested native library. `auto` returns the first that is found, permitted and correct, and never asks for
 * a permission; it skips an incorrect library with a warning. Throws `RangeError` if the library at a given path cannot
 * be used, or if none multiplies bfloat16 numbers that are asked for.
 */
export function findLibrary(request: BlasRequest, memory: Memory, precision: ProductPrecision): Blas | undefined {
  if (request === "off") return precision === "bf16" ? refuseBF16("products in WebAssembly") : undefined;
  const found = request === "auto" ? findAny(memory) : findAt(request, memory);
  if (!found) return precision === "bf16" ? refuseBF16("no native library that can be used") : undefined;
  adviseHugePages(memory.wasm);
  const packing = packWith(found, memory, precision);
  if (typeof packing === "object") return packing;
  if (precision === "bf16") refuseBF16(packing);
  if (found.symbol === "dnnl_sgemm") warnOnce(found.name, packing);
  return found;
}

function refuseBF16(found: string): never {
  const expected = "oneDNN 2 or 3 and a processor with bfloat16 instructions";
  throw new InputRangeError(`multiply in bf16: expected ${expected}, found ${found}`);
}

const warned = new Set<string>();

/** Warns, once for each library, that it does not pack all weights. */
function warnOnce(library: string, found: string): void {
  if (warned.has(library)) return;
  warned.add(library);
  console.warn(`pack weights with ${library}: expected its products, found ${found}; continuing with unpacked weights`);
}

function findAt(path: string, memory: Memory): Blas {
  const expected = `use ${path} for matrix products: expected a library with dnnl_sgemm or cblas_sgemm`;
  if (!deno) throw new InputRangeError(`${expected}, found a runtime without foreign functions`);
  if (!isPermitted()) throw new InputRangeError(`${expected}, found no permission; use --allow-ffi`);
  if (!memory.isShared) throw new InputRangeError(`${expected}, found a memory that may move`);
  const reasons: string[] = [];
  for (const symbol of ["dnnl_sgemm", "cblas_sgemm"] as const) {
    const found = openChecked({ path, symbol }, path.split(/[/\\]/).at(-1)!, memory);
    if (typeof found === "object") return found;
    reasons.push(found);
  }
  throw new InputRangeError(`${expected}, found ${reasons[0] === reasons[1] ? reasons[0] : reasons.join(" and ")}`);
}

function findAny(memory: Memory): Blas | undefined {
  if (!deno || !memory.isShared || !isPermitted()) return undefined;
  for (const { name, symbol, files } of CANDIDATES) {
    for (const path of files[deno.build.os] ?? []) {
      const found = openChecked({ path, symbol }, name, memory);
      if (typeof found === "object") return found;
      if (found !== MISSING) console.warn(`skip ${path}: expected correct products from ${symbol}, found ${found}`);
    }
  }
  return undefined;
}

/** Returns the library with products of packed weights, or the reason why it has none. */
function packWith(library: Blas, memory: Memory, packs: ProductPrecision): Blas | string {
  if (library.symbol !== "dnnl_sgemm") return `${library.name}, which is not oneDNN`;
  const half = packs === "bf16";
  try {
    const name = new OneDNN(new OneDNNLibrary(library.path, memory.wasm), half).implementation(16, 256, 256);
    if (half && !/amx|bf16/.test(name)) return `${library.name} on a processor without them`;
    if (/^(?:ref|none)/.test(name)) return `its implementation "${name}"`;
    const functions = bindLibrary({ ...library, packs }, memory.wasm, (k, n) => {
      const weights = `of weights [${k}, ${n}]`;
      if (half) refuseBF16(`${library.name} without products ${weights}`);
      warnOnce(library.name, `none ${weights}`);
    });
    const wrong = wrongPackedProduct(functions.products!, memory, half);
    functions.release?.();
    return wrong ?? { ...library, packs, functions };
  } catch (error) {
    return `${library.name}: ${(error as Error).message.replace(/\s+/g, " ")}`;
  }
}

/**
 * Whether all foreign functions are permitted: with a partial permission, finding the memory's address would prompt for
 * the rest.
 */
function isPermitted(): boolean {
  return deno!.permissions.querySync({ name: "ffi" }).state === "granted";
}

const MISSING = "no such library";

/** Opens a library and checks its products; returns the library, or a description of the problem. */
function openChecked(library: NativeLibrary, name: string, memory: Memory): Blas | string {
  try {
    const functions = bindLibrary(library, memory.wasm);
    const wrong = wrongProduct(functions.sgemm, memory);
    functions.release?.();
    if (wrong !== undefined) return wrong;
    return { ...library, name: [name, version(library.path)].filter((part) => part !== "").join(" "), functions };
  } catch (error) {
    const { message } = error as Error;
    if (/could not obtain symbol/i.test(message)) return `no ${library.symbol} in it`;
    return /no such file|cannot find|not found|could not be found/i.test(message)
      ? MISSING
      : message.replace(/^(Could not open library: )+/, "").replace(/\s+/g, " ");
  }
}

/** Returns the version that a library reports, or an empty string. */
function version(path: string): string {
  const call = (name: string): unknown => {
    try {
      return deno!.dlopen(path, { [name]: { parameters: [], result: "pointer" } }).symbols[name]();
    } catch {
      return null;
    }
  };
  const numbers = call("dnnl_version");
  if (numbers) {
    const view = new deno!.UnsafePointerView(numbers);
    return `${view.getInt32(0)}.${view.getInt32(4)}`;
  }
  const text = call("openblas_get_config") ?? call("bli_info_get_version_str");
  return text ? new deno!.UnsafePointerView(text).getCString().match(/\d+(\.\d+)+/)?.[0] ?? "" : "";
}
