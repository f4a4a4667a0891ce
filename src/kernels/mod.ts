/**
 * The WebAssembly kernels and their loader. This layer knows addresses, sizes and shares of work; it must not know
 * about tensors, layers or allocation.
 * @module
 */
import { PLAIN } from "./artefacts/plain.ts";
import { RELAXED } from "./artefacts/relaxed.ts";
import { type KernelOperands, SIGNATURES } from "./artefacts/signatures.ts";
import { decodeBase64 } from "./base64.ts";

export { type KernelOperands, SIGNATURES };
export {
  type Address,
  type AddressOperand,
  type Bits,
  type Code,
  type Count,
  type Double,
  type Element,
  type Flag,
  type Float,
  type NumberOperand,
  offset,
  type Quantity,
  type ReadInteger,
  type Signature,
} from "./signature.ts";

/** A build of the kernels: `relaxed` fuses multiplication and addition, `plain` runs in every runtime with SIMD. */
export type Build = "plain" | "relaxed";

/** The names of the kernels. */
export type KernelName = keyof KernelOperands;

/** The operands of a kernel. */
export type OperandsOf<Kernel extends KernelName> = KernelOperands[Kernel];

/** The names of all kernels. */
export const KERNELS: readonly KernelName[] = Object.keys(SIGNATURES) as KernelName[];

/**
 * An instance of the kernels on one memory. After the operands follow the address of the scratch memory, if the kernel
 * uses it, the worker's index and the number of workers.
 */
export type Kernels =
  & Record<KernelName, (...operands: number[]) => void>
  & { /** Bytes of scratch memory that a matrix product needs for each worker. */ product_scratch(): number };

const compiled = new Map<string, WebAssembly.Module>();

/** The import of the memory in both builds; the last byte says that the memory is shared and has a maximum. */
const SHARED_IMPORT = "\x03env\x06memory\x02\x03";
const UNSHARED_IMPORT = "\x03env\x06memory\x02\x01";

/**
 * Returns a build's bytes, for a shared memory or for an unshared one, in which atomic instructions work too, except
 * waiting: a worker alone never waits.
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

/** Products outside WebAssembly with packed weights, activations and bfloat16 operands. */
export interface NativeProducts {
  /** Bytes of packed weights `[k, n]`. */
  packedBytes(k: number, n: number): number;
  /** Packs B[k, n], or B[n, k] if transposed; `ldb` is B's row length in floats. Throws if it cannot be multiplied. */
  pack(transposed: number, k: number, n: number, b: number, ldb: number, packed: number): void;
  /**
   * C[m, n] = f((C +) A[m, k] packed + bias), where `bias` is 0 for none and f is an `Activation`. If the weights are
   * packed as bfloat16 numbers, A holds such numbers, too. Matrices are dense.
   */
  multiply(
    m: number,
    n: number,
    k: number,
    a: number,
    packed: number,
    bias: number,
    c: number,
    accumulate: number,
    activation: number,
  ): void;
  /** y[i] = f(x[i]) for an `Activation` f. */
  activate(n: number, x: number, y: number, activation: number): void;
  /** C[m, n] (+)= op(A) op(B) of floats or, if `half` is 1, of bfloat16 numbers, summed as floats. */
  multiplyMatrices(half: number, ...operands: Parameters<ForeignProduct>): void;
}

/** The functions of a native library. */
export interface NativeFunctions {
  /** The product of float matrices. */
  readonly sgemm: ForeignProduct;
  /** Products with packed weights, if the library has them. */
  readonly products?: NativeProducts;
  /** Called after a kernel, so that the library gives back what its products have held. */
  readonly release?: () => void;
}

/** The imports of the kernels: the memory and, if there is one, the functions of a native library. */
export function kernelImports(memory: WebAssembly.Memory, native?: NativeFunctions): WebAssembly.Imports {
  const products = native?.products;
  const none = (): void => {};
  return {
    env: {
      memory,
      native: native ? products ? 2 : 1 : 0,
      sgemm: native?.sgemm ?? none,
      pack_natively: products ? products.pack.bind(products) : none,
      multiply_natively: products ? products.multiply.bind(products) : none,
      activate_natively: products ? products.activate.bind(products) : none,
      multiply_matrices: products ? products.multiplyMatrices.bind(products) : none,
    },
  };
}

/** Instantiates a build of the kernels on a shared or unshared memory; `native`, if given, computes matrix products. */
export function instantiateKernels(memory: WebAssembly.Memory, build: Build, native?: NativeFunctions): Kernels {
  const module = compileBuild(build, !(memory.buffer instanceof ArrayBuffer));
  return new WebAssembly.Instance(module, kernelImports(memory, native)).exports as unknown as Kernels;
}
