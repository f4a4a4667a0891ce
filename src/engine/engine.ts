import {
  bestBuild,
  type Build,
  compileBuild,
  instantiateKernels,
  type KernelName,
  type Kernels,
} from "../kernels/mod.ts";
import { Arena } from "./arena.ts";
import { type Blas, type BlasRequest, findBlas } from "./blas.ts";
import { Memory } from "./memory.ts";
import type { Recording } from "./repeated_step.ts";
import { sharingOf } from "./sharing.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Options of an `Engine`. */
export interface EngineOptions {
  /** Which build of the kernels; the fastest that the runtime accepts where absent. */
  readonly build?: Build;
  /**
   * Threads that share the heavy kernels' work, 1 to 64; 1 where absent. Results are the same bits for any number. Dispose
   * of an engine with more than one: in Deno its workers keep the process alive.
   */
  readonly threads?: number;
  /**
   * Where matrix products run: `auto` in the first native library that is found, permitted and right (in Deno with `--allow-ffi`), `off`
   * in WebAssembly, or natively in the library of this path; `off` where absent.
   */
  readonly blas?: BlasRequest;
}

/** Memory that outlives a step. */
export interface Block {
  /** Where it begins. */
  readonly address: number;
}

/** Most threads of an engine. */
const MOST_THREADS = 64;

let shared: Engine | undefined;

/**
 * One memory, the kernels on it, and the arena of the step that runs. All tensors of a model live in one engine; most
 * programs need only `Engine.default()`.
 */
export class Engine implements Disposable {
  /** Which build of the kernels runs. */
  readonly build: Build;
  /** The memory in which every number lives. */
  readonly memory: Memory;
  /** The native library in which matrix products run, if any. */
  readonly blas: Blas | undefined;
  /** Address of the matrix products' scratch memory. */
  readonly scratch: number;
  #kernels: Kernels;
  #arena: Arena;
  #recording: Recording | undefined;
  #control: Block | undefined;
  #pool: WorkerPool | undefined;
  #blocks = new FinalizationRegistry<number>((address) => this.memory.release(address));

  /** Starts the kernels on a memory of their own. Throws a RangeError for an impossible number of threads. */
  constructor(options: EngineOptions = {}) {
    this.build = options.build ?? bestBuild();
    this.memory = new Memory();
    this.#arena = new Arena(this.memory);
    const { threads = 1, blas = "off" } = options;
    if (!(Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS)) {
      throw new RangeError(`start an engine: expected 1 to ${MOST_THREADS} threads, found ${threads}`);
    }
    this.blas = findBlas(blas, this.memory);
    this.#kernels = instantiateKernels(this.memory.wasm, this.build, this.blas?.sgemm);
    this.scratch = this.memory.allocate(this.#kernels.product_scratch() * threads);
    if (threads > 1) this.#startPool(threads);
  }

  /** What computes matrix products, as a user reads it: `oneDNN 2.6 (ffi)` or `WebAssembly (relaxed)`. */
  get gemm(): string {
    return this.blas ? `${this.blas.name} (ffi)` : `WebAssembly (${this.build})`;
  }

  /** The engine that is used wherever none is named; it starts, with one thread, at the first call. */
  static default(): Engine {
    return shared ??= new Engine();
  }

  /** Makes this engine the one that is used wherever none is named. */
  makeDefault(): void {
    shared = this;
  }

  /** Where the activations of the step that runs stand. */
  get arena(): Arena {
    return this.#arena;
  }

  /** Runs a kernel to its end. */
  run(kernel: KernelName, ...operands: number[]): void {
    this.#recording?.push({ kernel, operands });
    const pool = this.#pool;
    if (pool?.isReady && this.#isShared(pool, kernel, operands)) {
      pool.run(kernel, operands, () => this.#kernels[kernel](...operands, 0, pool.threads));
    } else {
      this.#kernels[kernel](...operands, 0, 1);
    }
  }

  #isShared(pool: WorkerPool, kernel: KernelName, operands: readonly number[]): boolean {
    const sharing = sharingOf(this.memory, kernel, operands);
    return sharing === "shared" || (sharing !== "alone" && !pool.isLate);
  }

  /** Runs `body` on another arena, noting in `recording` what it does. */
  runIn(arena: Arena, body: () => void, recording?: Recording): void {
    const [outerArena, outerRecording] = [this.#arena, this.#recording];
    this.#arena = arena;
    this.#recording = recording;
    try {
      body();
    } finally {
      this.#arena = outerArena;
      this.#recording = outerRecording;
    }
  }

  /** Threads that share the work; 1 where the runtime has no workers. */
  get threads(): number {
    return this.#pool?.threads ?? 1;
  }

  /** Whether all workers have started; until then the main thread works alone. */
  get isReady(): boolean {
    return this.threads === 1 || this.#pool!.isReady;
  }

  /** Ends the workers; one thread goes on. */
  [Symbol.dispose](): void {
    this.#pool?.close();
    this.#pool = undefined;
  }

  #startPool(threads: number): void {
    this.#control = this.allocate(WorkerPool.controlBytes);
    this.#pool = new WorkerPool(
      this.memory,
      compileBuild(this.build, this.memory.isShared),
      this.#control.address,
      threads,
      this.blas && { path: this.blas.path, symbol: this.blas.symbol },
    );
  }

  /** Takes zeroed memory that outlives the step: it is given back when the block is released or can no longer be reached. */
  allocate(bytes: number): Block {
    const address = this.memory.allocate(bytes);
    this.run("fill", Math.ceil(bytes / 4), 0, address);
    const block: Block = { address };
    this.#blocks.register(block, address, block);
    return block;
  }

  /** Gives a block back at once. */
  release(block: Block): void {
    this.#blocks.unregister(block);
    this.memory.release(block.address);
  }

  /** A view of `count` floats, good until the next allocation. */
  floats(address: number, count: number): Float32Array {
    return this.memory.f32.subarray(address >>> 2, (address >>> 2) + count);
  }

  /** Copies integers into the arena; returns their address. */
  placeIntegers(values: Int32Array): number {
    const address = this.arena.allocate(values.length * 4);
    this.memory.i32.set(values, address >>> 2);
    this.#recording?.push({ values, address });
    return address;
  }
}
