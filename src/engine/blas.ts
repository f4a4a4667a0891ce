import { InputRangeError } from "../../errors.ts";
import type { ForeignProduct } from "../kernels/mod.ts";
import { bindSgemm, type NativeLibrary } from "./bind_sgemm.ts";
import type { Memory } from "./memory.ts";

/**
 * The implementation of matrix products: `auto` uses the first usable native library, `off` uses WebAssembly, and a
 * path names a native library.
 */
export type BlasRequest = "auto" | "off" | string;

/** A native library whose products have been checked. */
export interface Blas extends NativeLibrary {
  /** Its name and, if it reports one, its version. */
  readonly name: string;
  /** Computes a matrix product on this thread. */
  readonly sgemm: ForeignProduct;
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
 * be used.
 */
export function findBlas(request: BlasRequest, memory: Memory): Blas | undefined {
  if (request === "off") return undefined;
  if (request === "auto") return findAny(memory);
  const expected = `use ${request} for matrix products: expected a library with dnnl_sgemm or cblas_sgemm`;
  if (!deno) throw new InputRangeError(`${expected}, found a runtime without foreign functions`);
  if (!isPermitted()) throw new InputRangeError(`${expected}, found no permission; use --allow-ffi`);
  if (!memory.isShared) throw new InputRangeError(`${expected}, found a memory that may move`);
  const reasons: string[] = [];
  for (const symbol of ["dnnl_sgemm", "cblas_sgemm"] as const) {
    const found = openChecked({ path: request, symbol }, request.split(/[/\\]/).at(-1)!, memory);
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
    const sgemm = bindSgemm(library, memory.wasm);
    const wrong = wrongProduct(sgemm, memory);
    if (wrong !== undefined) return wrong;
    return { ...library, name: [name, version(library.path)].filter((part) => part !== "").join(" "), sgemm };
  } catch (error) {
    const { message } = error as Error;
    return /no such file|cannot find|not found|could not be found/i.test(message)
      ? MISSING
      : message.replace(/^(Could not open library: )+/, "").replace(/\s+/g, " ");
  }
}

const [M, N, K, GAP] = [5, 7, 11, 2];

/** Compares small products in every form with their exact results; returns a description of the first error, if any. */
function wrongProduct(sgemm: ForeignProduct, memory: Memory): string | undefined {
  const pitch = M + N + K + GAP;
  const block = memory.allocate(3 * pitch * pitch * 4);
  const [a, b, c] = [0, 1, 2].map((matrix) => block + matrix * pitch * pitch * 4);
  const value = (address: number, row: number, column: number): number =>
    memory.f32[(address >>> 2) + row * pitch + column];
  try {
    for (const [transposedA, transposedB, accumulate] of [[0, 0, 0], [0, 1, 1], [1, 0, 1]]) {
      for (let i = 0; i < 3 * pitch * pitch; i++) memory.f32[(block >>> 2) + i] = (i * 37 % 19 - 9) / 8;
      const before = memory.f32.slice(c >>> 2, (c >>> 2) + pitch * pitch);
      sgemm(transposedA, transposedB, M, N, K, a, pitch, b, pitch, c, pitch, accumulate);
      for (let i = 0; i < pitch * pitch; i++) {
        const [row, column] = [Math.floor(i / pitch), i % pitch];
        const isInside = row < M && column < N;
        let expected = isInside && !accumulate ? 0 : before[i];
        for (let p = 0; isInside && p < K; p++) {
          expected += value(a, transposedA ? p : row, transposedA ? row : p) *
            value(b, transposedB ? column : p, transposedB ? p : column);
        }
        const found = value(c, row, column);
        if (!(Math.abs(found - expected) <= 1e-4)) return `${found} instead of ${expected}`;
      }
    }
  } finally {
    memory.release(block);
  }
  return undefined;
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
