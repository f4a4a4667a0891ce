import type { ForeignProduct } from "../kernels/mod.ts";

/** A native library of matrix products. */
export interface NativeLibrary {
  /** Where it is, or by which name the system finds it. */
  readonly path: string;
  /** Its function. */
  readonly symbol: "dnnl_sgemm" | "cblas_sgemm";
}

/**
 * Opens a native library and binds its matrix product to a memory. Every thread binds for itself, and each keeps the library from
 * starting threads of its own. Uses nothing from outside of it but Deno: workers run its text.
 */
export function bindSgemm({ path, symbol }: NativeLibrary, memory: WebAssembly.Memory): ForeignProduct {
  // deno-lint-ignore no-explicit-any
  const { dlopen, UnsafePointer } = (globalThis as any).Deno;
  // Which of these a library has, or one that it is linked with, says how its threads are limited.
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
      // It has another.
    }
  }
  // The memory is reserved whole, so that it never moves when it grows.
  const base = Number(UnsafePointer.value(UnsafePointer.of(new Uint8Array(memory.buffer))));
  if (symbol === "dnnl_sgemm") {
    const count = ["i64", "i64", "i64"];
    const matrix = ["usize", "i64"];
    const parameters = ["u8", "u8", ...count, "f32", ...matrix, ...matrix, "f32", ...matrix];
    const sgemm = dlopen(path, { [symbol]: { parameters, result: "i32" } }).symbols[symbol];
    return (transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate) => {
      const [opA, opB] = [transposedA ? 84 : 78, transposedB ? 84 : 78];
      sgemm(opA, opB, m, n, k, 1, base + a, lda, base + b, ldb, accumulate, base + c, ldc);
    };
  }
  const count = ["i32", "i32", "i32"];
  const matrix = ["usize", "i32"];
  const parameters = ["i32", "i32", "i32", ...count, "f32", ...matrix, ...matrix, "f32", ...matrix];
  const sgemm = dlopen(path, { [symbol]: { parameters, result: "void" } }).symbols[symbol];
  return (transposedA, transposedB, m, n, k, a, lda, b, ldb, c, ldc, accumulate) => {
    const [opA, opB] = [transposedA ? 112 : 111, transposedB ? 112 : 111];
    sgemm(101, opA, opB, m, n, k, 1, base + a, lda, base + b, ldb, accumulate, base + c, ldc);
  };
}
