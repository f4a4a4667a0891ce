import { InputRangeError } from "../../errors.ts";
import {
  type Address,
  bestBuild,
  type Build,
  compileBuild,
  instantiateKernels,
  type KernelName,
  type Kernels,
  type OperandsOf,
  SIGNATURES,
} from "../kernels/mod.ts";
import type { Backend } from "./backend.ts";
import { type Blas, type BlasRequest, findLibrary, type ProductPrecision } from "./native/find_library.ts";
import { Memory, type MemoryKind } from "./memory.ts";
import { multipliesMatrices, workOf } from "./sharing.ts";
import { ThreadCheck } from "./thread_check.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Maximum number of threads of an engine. */
const MAX_THREADS = 64;
/** The product [M, K] x [K, N] that shows whether threads help, about a quarter of a millisecond's work. */
const TRIAL = { M: 384, N: 64, K: 256 };
/** Times that one thread and all threads compute it in one measurement. */
const TRIES = 3;

let hasWarned = false;

/** Warns, once, that the threads do not help. */
function warnOnce(message: string): void {
  if (!hasWarned) console.warn(message);
  hasWarned = true;
}

/** Options of `WebAssemblyBackend`. */
export interface WebAssemblyOptions {
  readonly build?: Build;
  readonly threads?: number;
  readonly blas?: BlasRequest;
  readonly precision?: ProductPrecision;
  /** The kind of memory. Default: shared if the runtime can share memory. */
  readonly memory?: MemoryKind;
}

/** Runs the kernels on one WebAssembly memory, with one or more threads. */
export class WebAssemblyBackend implements Backend {
  readonly build: Build;
  readonly memory: Memory;
  readonly blas: Blas | undefined;
  #scratch: Address;
  #kernels: Kernels;
  #release: (() => void) | undefined;
  #pool: WorkerPool | undefined;
  #check: ThreadCheck | undefined;
  #failure: RangeError | undefined;

  /** Throws `RangeError` if the number of threads is out of range. */
  constructor(
    { build = bestBuild(), threads = 1, blas = "off", precision = "float32", memory = "shared" }: WebAssemblyOptions,
  ) {
    if (!(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
      throw new InputRangeError(`start an engine: expected 1 to ${MAX_THREADS} threads, found ${threads}`);
    }
    this.build = build;
    this.memory = new Memory(memory);
    this.blas = findLibrary(blas, this.memory, precision);
    this.#kernels = instantiateKernels(this.memory.wasm, build, this.blas?.functions);
    this.#release = this.blas?.functions.release;
    this.#scratch = this.memory.allocate(this.#kernels.product_scratch() * threads);
    if (threads > 1) this.#pool = this.#startPool(threads);
    if (this.threads > 1 && !this.blas) this.#check = this.#makeCheck();
  }

  get gemm(): string {
    return this.blas
      ? `${this.blas.name}${this.precision === "bf16" ? ", bf16" : ""} (ffi)`
      : `WebAssembly (${this.build})`;
  }

  get precision(): ProductPrecision {
    return this.blas?.packs ?? "float32";
  }

  get packing(): string {
    return this.blas ? this.blas.packs ?? "rows" : "panels";
  }

  packedBytes(k: number, n: number): number {
    const { products } = this.blas?.functions ?? {};
    return products ? products.packedBytes(k, n) : (this.blas ? n : Math.ceil(n / 8) * 8) * k * 4;
  }

  get threads(): number {
    return this.#pool?.threads ?? 1;
  }

  get isReady(): boolean {
    return this.threads === 1 || this.#pool!.isReady;
  }

  start(): void {
    this.#pool?.start();
  }

  /**
   * Throws `RangeError` if the kernel traps, and on every later call, because the kernel may have written anywhere
   * before.
   */
  run<Kernel extends KernelName>(kernel: Kernel, operands: OperandsOf<Kernel>): void {
    if (this.#failure) throw this.#failure;
    const pool = this.#pool;
    const given = SIGNATURES[kernel].usesScratch ? [...operands, this.#scratch] : operands;
    try {
      const isFixed = this.blas !== undefined && multipliesMatrices(kernel);
      if (pool?.takes(workOf(this.memory, kernel, given), isFixed)) {
        this.#check?.step();
        this.#runShared(pool, kernel, given);
      } else {
        this.#kernels[kernel](...given, 0, 1);
      }
    } catch (error) {
      if (pool?.hasTrapped) this.#failure = error as RangeError;
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      const found = `${error.message}; its engine runs nothing more`;
      throw this.#failure = new RangeError(`run ${kernel}: expected operands within the memory, found ${found}`);
    } finally {
      this.#release?.();
    }
  }

  /** Ends the workers; the main thread continues alone. */
  [Symbol.dispose](): void {
    this.#pool?.close();
    this.#pool = undefined;
  }

  #runShared(pool: WorkerPool, kernel: KernelName, operands: readonly number[]): void {
    pool.run(kernel, operands, () => this.#kernels[kernel](...operands, 0, pool.threads));
  }

  #makeCheck(): ThreadCheck {
    const { M, N, K } = TRIAL;
    const [a, c] = [K, M * N].map((count) => {
      const address = this.memory.allocate(count * 4);
      this.memory.change(address, count, (values) => values.fill(0));
      return address;
    });
    // All rows of A are one row, and so are those of B: the product needs little memory.
    const operands = [0, 0, M, N, K, a, 0, a, 0, c, N, 0, this.#scratch];
    const now = (): number => performance.now();
    const measure = (): number => this.#gain(operands, now);
    return new ThreadCheck({ threads: this.threads, measure, now, warn: warnOnce });
  }

  /** Returns how many times as fast as one thread all threads compute a product; the best of a few tries counts. */
  #gain(operands: readonly number[], now: () => number): number {
    const pool = this.#pool!;
    let [alone, together] = [Infinity, Infinity];
    for (let i = 0; i < TRIES; i++) {
      const start = now();
      this.#kernels.matmul(...operands, 0, 1);
      const middle = now();
      this.#runShared(pool, "matmul", operands);
      alone = Math.min(alone, middle - start);
      together = Math.min(together, now() - middle);
    }
    return alone / together;
  }

  #startPool(threads: number): WorkerPool {
    const control = this.memory.allocate(WorkerPool.controlBytes);
    this.memory.change(control, WorkerPool.controlBytes / 4, (words) => words.fill(0));
    const module = compileBuild(this.build, this.memory.isShared);
    return new WorkerPool(
      this.memory,
      module,
      control,
      threads,
      this.blas && { path: this.blas.path, symbol: this.blas.symbol, packs: this.blas.packs },
    );
  }
}
