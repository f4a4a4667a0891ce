/**
 * The WebAssembly kernels and their loader. This layer knows addresses, sizes and shares of work; it must not know
 * about tensors, layers or allocation.
 * @module
 */
import { PLAIN } from "./artefacts/plain.ts";
import { RELAXED } from "./artefacts/relaxed.ts";
import { decodeBase64 } from "./base64.ts";

/** A build of the kernels: `relaxed` fuses multiplication and addition, `plain` runs in every runtime with SIMD. */
export type Build = "plain" | "relaxed";

/** The names of the kernels, which are documented in `src/kernels/assembly/`. */
export type KernelName =
  | "add_bias"
  | "add_product"
  | "add_row_sums"
  | "add_scaled"
  | "adam_step"
  | "additive_scores"
  | "additive_scores_backward"
  | "affine"
  | "batched_matmul"
  | "binary"
  | "clamp"
  | "copy_strided"
  | "cross_entropy"
  | "cross_entropy_backward"
  | "dropout"
  | "fill"
  | "gather_rows"
  | "gru_backward"
  | "gru_forward"
  | "largest"
  | "layer_norm"
  | "layer_norm_backward"
  | "layer_norm_weights"
  | "lstm_backward"
  | "lstm_forward"
  | "matmul"
  | "matmul_int8"
  | "matmul_packed"
  | "max_steps"
  | "max_steps_backward"
  | "pack"
  | "pack_int8"
  | "random_uniform"
  | "rmsprop_step"
  | "rnn_backward"
  | "rnn_forward"
  | "scatter_add_rows"
  | "sgd_step"
  | "smoothed_cross_entropy"
  | "smoothed_cross_entropy_backward"
  | "softmax"
  | "softmax_backward"
  | "softmax_ragged"
  | "sum"
  | "sum_squares"
  | "transpose_matrix"
  | "unary"
  | "unary_backward";

/**
 * An instance of the kernels on one memory. All kernels take numbers only; the last two are the worker's index and the
 * number of workers.
 */
export type Kernels =
  & Record<KernelName, (...operands: number[]) => void>
  & { /** Bytes of scratch memory that a matrix product needs for each worker. */ product_scratch(): number };

const compiled = new Map<string, WebAssembly.Module>();

/** The import of the memory in both builds; the last byte says that the memory is shared and has a maximum. */
const SHARED_IMPORT = "\x03env\x06memory\x02\x03";
const UNSHARED_IMPORT = "\x03env\x06memory\x02\x01";

/**
 * Returns a build's bytes, for a shared memory or for an unshared one, which works because no kernel needs atomic
 * instructions.
 */
function buildBytes(build: Build, isShared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(build === "relaxed" ? RELAXED : PLAIN);
  if (isShared) return bytes;
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4096)).indexOf(SHARED_IMPORT);
  if (start < 0) throw new SyntaxError("load kernels: expected the import of a shared memory, found none");
  bytes.set(Uint8Array.from(UNSHARED_IMPORT, (character) => character.charCodeAt(0)), start);
  return bytes;
}

/** Returns the compiled module of a build. */
export function compileBuild(build: Build, isShared = true): WebAssembly.Module {
  const key = `${build} ${isShared}`;
  let module = compiled.get(key);
  if (!module) {
    module = new WebAssembly.Module(buildBytes(build, isShared));
    compiled.set(key, module);
  }
  return module;
}

let best: Build | undefined;

/** Returns the fastest build that this runtime supports. */
export function bestBuild(): Build {
  return best ??= WebAssembly.validate(buildBytes("relaxed", false)) ? "relaxed" : "plain";
}

/** A matrix product outside WebAssembly: C[m, n] (+)= op(A) op(B), given by addresses and row lengths in floats. */
export type ForeignProduct = (
  transposedA: number,
  transposedB: number,
  m: number,
  n: number,
  k: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  c: number,
  ldc: number,
  accumulate: number,
) => void;

/** The imports of the kernels: the memory and, if there is one, a native library's product. */
export function kernelImports(memory: WebAssembly.Memory, sgemm?: ForeignProduct): WebAssembly.Imports {
  return { env: { memory, native: sgemm ? 1 : 0, sgemm: sgemm ?? ((): void => {}) } };
}

/**
 * Instantiates a build of the kernels on a shared or unshared memory; `sgemm`, if given, computes the matrix products.
 */
export function instantiateKernels(memory: WebAssembly.Memory, build: Build, sgemm?: ForeignProduct): Kernels {
  const module = compileBuild(build, !(memory.buffer instanceof ArrayBuffer));
  return new WebAssembly.Instance(module, kernelImports(memory, sgemm)).exports as unknown as Kernels;
}
