/**
 * The WebAssembly kernels and their loader. This layer knows addresses, sizes and shares of work; it must not know what
 * a tensor, a layer or an allocation is.
 * @module
 */
import { PLAIN } from "./artefacts/plain.ts";
import { RELAXED } from "./artefacts/relaxed.ts";
import { decodeBase64 } from "./base64.ts";

/** A build of the kernels: `relaxed` fuses multiplication and addition, `plain` runs wherever SIMD does. */
export type Build = "plain" | "relaxed";

/** The kernels by name; `src/kernels/assembly/` documents each. */
export type KernelName =
  | "add_bias"
  | "add_product"
  | "add_row_sums"
  | "add_scaled"
  | "adam_step"
  | "affine"
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
  | "layer_norm"
  | "layer_norm_backward"
  | "layer_norm_weights"
  | "lstm_backward"
  | "lstm_forward"
  | "matmul"
  | "matmul_packed"
  | "pack"
  | "random_uniform"
  | "rmsprop_step"
  | "rnn_backward"
  | "rnn_forward"
  | "scatter_add_rows"
  | "sgd_step"
  | "softmax"
  | "softmax_backward"
  | "sum"
  | "sum_squares"
  | "unary"
  | "unary_backward";

/** An instance of the kernels on one memory. Every kernel takes numbers only, last the worker and the number of workers. */
export type Kernels =
  & Record<KernelName, (...operands: number[]) => void>
  & { /** Bytes of scratch memory that a matrix product needs for each worker. */ product_scratch(): number };

const compiled = new Map<Build, WebAssembly.Module>();

/** The compiled module of a build. */
export function compileBuild(build: Build): WebAssembly.Module {
  let module = compiled.get(build);
  if (!module) {
    module = new WebAssembly.Module(decodeBase64(build === "relaxed" ? RELAXED : PLAIN));
    compiled.set(build, module);
  }
  return module;
}

/** The fastest build that this runtime accepts. */
export function bestBuild(): Build {
  return WebAssembly.validate(decodeBase64(RELAXED)) ? "relaxed" : "plain";
}

/** Instantiates a build of the kernels on a shared memory. */
export function instantiateKernels(memory: WebAssembly.Memory, build: Build): Kernels {
  return new WebAssembly.Instance(compileBuild(build), { env: { memory } }).exports as unknown as Kernels;
}
