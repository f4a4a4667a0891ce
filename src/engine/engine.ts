import type { Build, KernelName } from "../kernels/mod.ts";
import { expectKinds, type OptionKinds } from "../schema/mod.ts";
import { Arena } from "./arena.ts";
import type { Backend } from "./backend.ts";
import type { Blas, BlasRequest } from "./blas.ts";
import { wholeLines } from "./memory.ts";
import type { Recording } from "./recording.ts";
import { ShapesBackend } from "./shapes.ts";
import type { Space } from "./space.ts";
import { WebAssemblyBackend } from "./web_assembly.ts";

/** Options of an `Engine`. */
export interface EngineOptions {
  /** Which build of the kernels; the fastest that the runtime accepts where absent. */
  readonly build?: Build;
  /**
   * Threads that share the heavy kernels' work, 1 to 64; 1 where absent. Results are the same bits for any number. Workers
   * never keep a process alive; disposing of the engine ends them at once.
   */
  readonly threads?: number;
  /**
   * Where matrix products run: `auto` in the first native library that is found, permitted and right (in Deno with `--allow-ffi`), `off`
   * in WebAssembly, or natively in the library of this path; `off` where absent.
   */
  readonly blas?: BlasRequest;
}

const KINDS: OptionKinds<EngineOptions> = { build: ["plain", "relaxed"], threads: "number", blas: "string" };

/** Memory that outlives a step. */
export interface Block {
  /** Where it begins. */
  readonly address: number;
  /** Its size, in whole cache lines. */
  readonly bytes: number;
}

let shared: Engine | undefined;

/**
 * One memory, the kernels on it, and the arena of the step that runs. All tensors of a model live in one engine; most
 * programs need only `Engine.default()`.
 */
export class Engine implements Disposable {
  #backend: Backend;
  #arena: Arena;
  #recording: Recording | undefined;
  #keptBytes = 0;
  #blocks = new FinalizationRegistry<Block>((block) => this.#giveBack(block));

  /** Starts the kernels on a memory of their own. Throws a TypeError for an unknown option or a wrong type, and a RangeError for an impossible value. */
  constructor(options?: EngineOptions);
  /**
   * Computes with another backend.
   * @internal
   */
  constructor(options: EngineOptions, backend: Backend);
  constructor(
    options: EngineOptions = {},
    backend: Backend = new WebAssemblyBackend(expectKinds("start an engine", options, KINDS)),
  ) {
    this.#backend = backend;
    this.#arena = new Arena(backend.memory);
  }

  /** The engine that is used wherever none is named; it starts, with one thread, at the first call. */
  static default(): Engine {
    return shared ??= new Engine();
  }

  /**
   * An engine that knows shapes only, as PyTorch's `meta` device: networks are built and steps are run on it as on any other, but nothing is
   * computed and no memory is taken, so that sizes may exceed what there is. Whatever is read is zeros. `keptBytes` and `stepBytes`
   * tell what the same would take on a real engine whose products run in WebAssembly.
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
  static shapes(): Engine {
    return new Engine({}, new ShapesBackend());
  }

  /** Makes this engine the one that is used wherever none is named. */
  makeDefault(): void {
    shared = this;
  }

  /**
   * The memory in which every number lives.
   * @internal
   */
  get memory(): Space {
    return this.#backend.memory;
  }

  /** Which build of the kernels runs. */
  get build(): Build {
    return this.#backend.build;
  }

  /**
   * The native library in which matrix products run, if any.
   * @internal
   */
  get blas(): Blas | undefined {
    return this.#backend.blas;
  }

  /** What computes matrix products, as a user reads it: `oneDNN 2.6 (ffi)` or `WebAssembly (relaxed)`. */
  get gemm(): string {
    return this.#backend.gemm;
  }

  /**
   * Address of the matrix products' scratch memory.
   * @internal
   */
  get scratch(): number {
    return this.#backend.scratch;
  }

  /**
   * Where the activations of the step that runs stand.
   * @internal
   */
  get arena(): Arena {
    return this.#arena;
  }

  /** Bytes that outlive a step: parameters, their gradients and moments, carried states. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Most bytes that a step took at once. */
  get stepBytes(): number {
    return this.#arena.peakBytes;
  }

  /**
   * Runs a kernel to its end.
   * @internal
   */
  run(kernel: KernelName, ...operands: number[]): void {
    this.#recording?.push({ kernel, operands });
    this.#backend.run(kernel, operands);
  }

  /**
   * Runs `body` on another arena, noting in `recording` what it does.
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

  /** Threads that share the work; 1 where the runtime has no workers. */
  get threads(): number {
    return this.#backend.threads;
  }

  /** Whether all workers have started; until then the main thread works alone. They start when there is work for them, or with `ready`. */
  get isReady(): boolean {
    return this.#backend.isReady;
  }

  /** Starts the workers at once, as a benchmark wants it, and waits until all have started, for 10 seconds at most. */
  async ready(): Promise<void> {
    this.#backend.start();
    const end = performance.now() + 10_000;
    while (!this.isReady && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** Ends the workers; one thread goes on. */
  [Symbol.dispose](): void {
    this.#backend[Symbol.dispose]();
  }

  /**
   * Takes zeroed memory that outlives the step: it is given back when the block is released or can no longer be reached.
   * @internal
   */
  allocate(bytes: number): Block {
    const block: Block = { address: this.memory.allocate(bytes), bytes: wholeLines(bytes) };
    this.run("fill", Math.ceil(bytes / 4), 0, block.address);
    this.#keptBytes += block.bytes;
    this.#blocks.register(block, { ...block }, block);
    return block;
  }

  /**
   * Gives a block back at once. Throws a RangeError if it was given back before.
   * @internal
   */
  release(block: Block): void {
    this.#blocks.unregister(block);
    this.#giveBack(block);
  }

  #giveBack({ address, bytes }: Block): void {
    this.memory.release(address);
    this.#keptBytes -= bytes;
  }

  /**
   * `count` floats to read, good until the next allocation.
   * @internal
   */
  floats(address: number, count: number): Float32Array {
    return this.memory.floats(address, count);
  }

  /**
   * Calls `write` with `count` floats to write; not at all on an engine that computes nothing. `write` must not allocate.
   * @internal
   */
  change(address: number, count: number, write: (values: Float32Array) => void): void {
    this.memory.change(address, count, write);
  }

  /**
   * Copies integers into the arena; returns their address.
   * @internal
   */
  placeIntegers(values: Int32Array): number {
    const address = this.arena.allocate(values.length * 4);
    this.memory.place(values, address);
    this.#recording?.push({ values, address });
    return address;
  }
}
