import { bestBuild, type Build, instantiateKernels, type KernelName, type Kernels } from "../kernels/mod.ts";
import { Arena } from "./arena.ts";
import { Memory } from "./memory.ts";

/** Options of an `Engine`. */
export interface EngineOptions {
  /** Which build of the kernels; the fastest that the runtime accepts where absent. */
  readonly build?: Build;
}

/** Memory that outlives a step. */
export interface Block {
  /** Where it begins. */
  readonly address: number;
}

let shared: Engine | undefined;

/**
 * One memory, the kernels on it, and the arena of the step that runs. All tensors of a model live in one engine; most
 * programs need only `Engine.default()`.
 */
export class Engine {
  /** Which build of the kernels runs. */
  readonly build: Build;
  /** The memory in which every number lives. */
  readonly memory: Memory;
  /** Where the activations of a step stand. */
  readonly arena: Arena;
  /** Address of the matrix products' scratch memory. */
  readonly scratch: number;
  #kernels: Kernels;
  #blocks = new FinalizationRegistry<number>((address) => this.memory.release(address));

  /** Starts the kernels on a memory of their own. */
  constructor(options: EngineOptions = {}) {
    this.build = options.build ?? bestBuild();
    this.memory = new Memory();
    this.arena = new Arena(this.memory);
    this.#kernels = instantiateKernels(this.memory.wasm, this.build);
    this.scratch = this.memory.allocate(this.#kernels.product_scratch());
  }

  /** The engine that is used wherever none is named; it starts at the first call. */
  static default(): Engine {
    return shared ??= new Engine();
  }

  /** Runs a kernel to its end. */
  run(kernel: KernelName, ...operands: number[]): void {
    this.#kernels[kernel](...operands, 0, 1);
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
    return address;
  }
}
