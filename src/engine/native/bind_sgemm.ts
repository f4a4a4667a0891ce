import type { ForeignProduct } from "../../kernels/mod.ts";

/** A native library with a matrix product. */
export interface NativeLibrary {
  /** Its path, or the name under which the system finds it. */
  readonly path: string;
  /** The name of its matrix product function. */
  readonly symbol: "dnnl_sgemm" | "cblas_sgemm";
  /** The type of the weights that it packs for time loops; undefined if it packs none. */
  readonly packs?: "float32" | "bf16";
}

/**
 * Opens a native library and binds its matrix product to a memory. Every thread calls it, and each keeps the library
 * from starting threads of its own. A product of oneDNN calls `hold` first. The function must not refer to anything
 * outside its body except Deno, because workers run its source text.
 */
export function bindSgemm(
  { path, symbol }: NativeLibrary,
  memory: WebAssembly.Memory,
  hold: () => void = () => {},
): ForeignProduct {
  // deno-lint-ignore no-explicit-any
  const { dlopen, UnsafePointer } = (globalThis as any).Deno;
  // Each library, or the one it links to, limits its threads through one of these functions.
  const limits = [
    "omp_set_num_threads",
    "openblas_set_num_threads",
    "MKL_Set_Num_Threads",
    "bli_thread_set_num_threads",
    "BLASSetThreading",
  ];
  for (const name of limits) {
    try {
      dlopen(path, { [name]: { parameters: ["i32"], result: "void" } }).symbols[name](1);
    } catch {
      // This function is missing; the library has another.
    }
  }
  // The memory's maximum size is reserved up front, so it never moves when it grows.
  const base = Number(UnsafePointer.value(UnsafePointer.of(new Uint8Array(memory.buffer))));
  // WebAssembly passes addresses from 2 GiB on as negative numbers.
  const at = (address: number): number => base + (address >>> 0);
  if (symbol === "dnnl_sgemm") {
    const count = ["i64", "i64", "i64"];
    const matrix = ["usize", "i64"];
    const parameters = ["u8", "u8", ...count, "f32", ...matrix, ...matrix, "f32", ...matrix];
    const sgemm = dlopen(path, { [symbol]: { parameters, result: "i32" } }).symbols[symbol];
    return (transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate) => {
      const [opA, opB] = [transposedA ? 84 : 78, transposedB ? 84 : 78];
      hold();
      sgemm(opA, opB, m, n, k, 1, at(a), lda, at(b), ldb, accumulate, at(c), ldc);
    };
  }
  const count = ["i32", "i32", "i32"];
  const matrix = ["usize", "i32"];
  const parameters = ["i32", "i32", "i32", ...count, "f32", ...matrix, ...matrix, "f32", ...matrix];
  const sgemm = dlopen(path, { [symbol]: { parameters, result: "void" } }).symbols[symbol];
  return (transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate) => {
    const [opA, opB] = [transposedA ? 112 : 111, transposedB ? 112 : 111];
    sgemm(101, opA, opB, m, n, k, 1, at(a), lda, at(b), ldb, accumulate, at(c), ldc);
  };
}
