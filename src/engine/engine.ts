import { InputRangeError } from "../../errors.ts";
import type { Address, Build, KernelName, OperandsOf } from "../kernels/mod.ts";
import { expectKind, expectKinds, type OptionKinds } from "../schema/mod.ts";
import { Arena } from "./arena.ts";
import type { Backend } from "./backend.ts";
import type { Blas, BlasRequest, ProductPrecision } from "./native/find_library.ts";
import { Block } from "./block.ts";
import { wholeLines } from "./memory.ts";
import type { Recording } from "./recording.ts";
import { ShapesBackend } from "./shapes.ts";
import type { Space } from "./space.ts";
import { WebAssemblyBackend } from "./web_assembly.ts";
import { START_TIMEOUT_MS } from "./worker_pool.ts";

/** Options of `Engine`. */
export interface EngineOptions {
  /** Build of the kernels. Default: the fastest that the runtime supports. */
  readonly build?: Build;
  /**
   * Number of threads that share the heavy kernels' work, 1 to 64. Default: 1. Results have the same bits for any
   * number. Workers never keep a process alive; disposing of the engine ends them.
   */
  readonly threads?: number;
  /**
   * The implementation of matrix products: `auto` uses the first native library that is found, permitted and correct
   * (in Deno with `--allow-ffi`), `off` uses WebAssembly, and a path names a native library. Default: `off`.
   */
  readonly blas?: BlasRequest;
  /**
   * The numbers that matrix products multiply: `float32`, or `bf16` for floats rounded to bfloat16 numbers (8 bits of
   * precision), which is faster in training. Sums, weights, gradients, optimizer moments and states stay floats. `bf16`
   * needs oneDNN and a processor with bfloat16 instructions. Default: `float32`.
   */
  readonly precision?: ProductPrecision;
}

const KINDS: OptionKinds<EngineOptions> = {
  build: ["plain", "relaxed"],
  threads: "number",
  blas: "string",
  precision: ["float32", "bf16"],
};

/** The remains of a block that has become unreachable. */
interface Held {
  readonly address: Address;
  readonly bytes: number;
}

let shared: Engine | undefined;

/**
 * Holds the memory, the kernels that run on it, and the arena of the current step. All tensors of a model must live in
 * one engine; most programs only need `Engine.default()`.
 */
export class Engine implements Disposable {
  #backend: Backend;
  #arena: Arena;
  #stepArena: Arena;
  #recording: Recording | undefined;
  #keptBytes = 0;
  #blocks = new FinalizationRegistry<Held>((held) => this.#giveBack(held));

  /**
   * Starts the kernels on a new memory. Throws `TypeError` if an option is unknown or has the wrong type, and
   * `RangeError` if a value is out of range.
   */
  constructor(options?: EngineOptions);
  /**
   * Creates an engine with another backend.
   * @internal
   */
  constructor(options: EngineOptions, backend: Backend);
  constructor(
    options: EngineOptions = {},
    backend: Backend = new WebAssemblyBackend(expectKinds("start an engine", options, KINDS)),
  ) {
    this.#backend = backend;
    this.#arena = new Arena(backend.memory);
    this.#stepArena = new Arena(backend.memory);
  }

  /** Returns the engine used when none is given. The first call starts one with a single thread. */
  static default(): Engine {
    return shared ??= new Engine();
  }

  /**
   * Creates an engine that tracks shapes only, like PyTorch's `meta` device: networks are built and steps run as usual,
   * but nothing is computed and no memory is used, so sizes may exceed the available memory. All values read as zeros.
   * `keptBytes` and `stepBytes` report what a real engine with WebAssembly products would use or, with the precision
   * `bf16`, also the rounded copies of native products. Throws `TypeError` and `RangeError` as the constructor does.
   *
   * @example
   * ```ts
   * import { Embedding, Engine } from "@elman/elman/nn";
   * import { assertEquals } from "@std/assert";
   *
   * const engine = Engine.shapes();
   * new Embedding({ size: 10_000_000, width: 1024, engine });
   * assertEquals(engine.keptBytes, 10_000_000 * 1024 * 4);
   * ```
   */
  static shapes(options: Pick<EngineOptions, "precision"> = {}): Engine {
    const { precision } = expectKinds("make an engine of shapes", options, { precision: KINDS.precision });
    return new Engine({}, new ShapesBackend(precision));
  }

  /** Makes this engine the default. */
  makeDefault(): void {
    shared = this;
  }

  /**
   * The memory that holds all numbers.
   * @internal
   */
  get memory(): Space {
    return this.#backend.memory;
  }

  /** Build of the kernels; undefined if they are not WebAssembly. */
  get build(): Build | undefined {
    return this.#backend.build;
  }

  /**
   * The native library that computes matrix products, if any.
   * @internal
   */
  get blas(): Blas | undefined {
    return this.#backend.blas;
  }

  /** The numbers that matrix products multiply. */
  get precision(): ProductPrecision {
    return this.#backend.precision;
  }

  /**
   * The name of the form in which `pack_weights` packs weights. `panels` is the form that `matmul_packed` reads.
   * @internal
   */
  get packing(): string {
    return this.#backend.packing;
  }

  /**
   * Bytes of weights `[k, n]` in the form of `pack_weights`.
   * @internal
   */
  packedBytes(k: number, n: number): number {
    return this.#backend.packedBytes(k, n);
  }

  /** The backend of matrix products, for display: `oneDNN 2.6 (ffi)` or `WebAssembly (relaxed)`. */
  get gemm(): string {
    return this.#backend.gemm;
  }

  /**
   * The arena that holds the activations of the current step.
   * @internal
   */
  get arena(): Arena {
    return this.#arena;
  }

  /**
   * A second arena, for steps that other steps may interrupt, such as those of a generated text. All share it, since
   * none needs what an earlier one has left in it.
   * @internal
   */
  get stepArena(): Arena {
    return this.#stepArena;
  }

  /** Bytes that outlive a step: parameters, their gradients and optimizer moments, carried states. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Largest number of bytes that a step has used. */
  get stepBytes(): number {
    return this.#arena.peakBytes;
  }

  /**
   * Runs a kernel and waits for it.
   * @internal
   */
  run<Kernel extends KernelName>(kernel: Kernel, ...operands: OperandsOf<Kernel>): void {
    this.#recording?.push({ kernel, operands });
    this.#backend.run(kernel, operands);
  }

  /**
   * Runs `body` on another arena and adds what it does to `recording`.
   * @internal
   */
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

  /** Number of threads that share the work; 1 if the runtime has no workers. */
  get threads(): number {
    return this.#backend.threads;
  }

  /**
   * Whether all workers have started; until then the main thread works alone. They start when there is enough work, or
   * with `ready`.
   */
  get isReady(): boolean {
    return this.#backend.isReady;
  }

  /** Starts the workers at once, for example before a benchmark, and waits up to 10 seconds for all of them. */
  async ready(): Promise<void> {
    this.#backend.start();
    const end = performance.now() + START_TIMEOUT_MS;
    while (!this.isReady && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** Ends the workers; the engine continues on one thread. */
  [Symbol.dispose](): void {
    this.#backend[Symbol.dispose]();
  }

  /**
   * Allocates zeroed memory that outlives the step. It is freed when the block is released or becomes unreachable.
   * @internal
   */
  allocate(bytes: number): Block {
    const held: Held = { address: this.memory.allocate(bytes), bytes: wholeLines(bytes) };
    const block = new Block(held.address, held.bytes);
    this.#keptBytes += held.bytes;
    this.#blocks.register(block, held, block);
    this.run("fill", Math.ceil(bytes / 4), 0, held.address);
    return block;
  }

  /**
   * Frees a block. Throws `RangeError` if it has already been freed.
   * @internal
   */
  release(block: Block): void {
    if (block.isFreed) {
      throw new InputRangeError("release memory: expected a block in use, found one that has been freed");
    }
    this.#blocks.unregister(block);
    this.#giveBack(block);
    block.markFreed();
  }

  #giveBack({ address, bytes }: Held): void {
    this.memory.release(address);
    this.#keptBytes -= bytes;
  }

  /**
   * Returns `count` floats to read, as a view or a copy, valid until the next allocation.
   * @internal
   */
  floats(address: Address, count: number): Float32Array {
    return this.memory.floats(address, count);
  }

  /**
   * Returns `count` doubles to read, as a view or a copy, valid until the next allocation.
   * @internal
   */
  doubles(address: Address, count: number): Float64Array {
    return this.memory.doubles(address, count);
  }

  /**
   * Returns `count` integers to read, as a view or a copy, valid until the next allocation.
   * @internal
   */
  integers(address: Address, count: number): Int32Array {
    return this.memory.integers(address, count);
  }

  /**
   * Calls `write` with `count` floats to change, except on an engine that computes nothing. `write` must not allocate.
   * @internal
   */
  change(address: Address, count: number, write: (values: Float32Array) => void): void {
    this.memory.change(address, count, write);
  }

  /**
   * Copies integers into the arena and returns their address.
   * @internal
   */
  placeIntegers(values: Int32Array): Address {
    expectKind("place integers", "the integers", values, Int32Array);
    const address = this.arena.allocate(values.length * 4);
    this.memory.place(values, address);
    this.#recording?.push({ values, address });
    return address;
  }
}
