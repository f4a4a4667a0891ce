import type { KernelName } from "../kernels/mod.ts";
import type { Memory } from "./memory.ts";

/** Most operands of a kernel. */
const OPERANDS = 24;
/** 32-bit words of the control block: see `Word`. */
const WORDS = 16;

/** The words of the control block, each written by one side only. */
const Word = {
  /** Grows with every command; the main thread's. */
  command: 0,
  /** Which kernel. */
  kernel: 1,
  /** How many operands. */
  operands: 2,
  /** Workers that have done their share; the workers'. */
  done: 3,
  /** Workers that sleep. */
  sleeping: 4,
  /** Workers that have started. */
  started: 5,
} as const;

/**
 * What a worker runs: it waits for commands in the shared memory, spinning for a while before it sleeps. A text, so that it
 * starts wherever the library is imported from.
 */
const WORKER_SOURCE = `
onmessage = ({ data: { module, memory, control, worker, workers, spins } }) => {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const names = Object.keys(kernels).sort();
  const words = new Int32Array(memory.buffer, control, ${WORDS});
  const operands = new Float64Array(memory.buffer, control + ${WORDS * 4}, ${OPERANDS});
  let seen = 0;
  Atomics.add(words, ${Word.started}, 1);
  for (;;) {
    for (let spin = 0; spin < spins && Atomics.load(words, ${Word.command}) === seen; spin++);
    if (Atomics.load(words, ${Word.command}) === seen) {
      Atomics.add(words, ${Word.sleeping}, 1);
      while (Atomics.load(words, ${Word.command}) === seen) Atomics.wait(words, ${Word.command}, seen);
      Atomics.sub(words, ${Word.sleeping}, 1);
    }
    seen = Atomics.load(words, ${Word.command});
    const kernel = Atomics.load(words, ${Word.kernel});
    if (kernel < 0) return;
    const given = Array.from(operands.subarray(0, Atomics.load(words, ${Word.operands})));
    kernels[names[kernel]](...given, worker, workers);
    Atomics.add(words, ${Word.done}, 1);
    Atomics.notify(words, ${Word.done});
  }
};
`;

/** Checks of a flag before a worker sleeps: some 50 microseconds, longer than the pause between two kernels of a step. */
const SPINS = 20000;
/** A worker that takes this many times as long as the main thread, and this many milliseconds more, is dead. */
const PATIENCE_FACTOR = 20;
const PATIENCE = 2000;

/** Whether this thread may sleep: a page's main thread must not. */
const maySleep = !("document" in globalThis);

/** What the pool needs of a worker, in a browser or in Node. */
interface WorkerHandle {
  postMessage(message: unknown): void;
  terminate(): unknown;
  unref?(): void;
}

interface NodeWorkers {
  readonly Worker: new (source: string, options: { eval: true }) => WorkerHandle;
}

interface NodeProcess {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/** Starts a worker from a text; nothing where the runtime has none. */
function startWorker(): WorkerHandle | undefined {
  if (typeof Worker === "function") {
    return new Worker(`data:text/javascript,${encodeURIComponent(WORKER_SOURCE)}`, { type: "module" });
  }
  const threads = (globalThis as NodeProcess).process?.getBuiltinModule?.("node:worker_threads") as
    | NodeWorkers
    | undefined;
  if (!threads) return undefined;
  const adapter = `const { parentPort } = require("node:worker_threads");
    parentPort.on("message", (data) => globalThis.onmessage({ data }));`;
  return new threads.Worker(adapter + WORKER_SOURCE.replace("onmessage =", "globalThis.onmessage ="), { eval: true });
}

/**
 * Workers that share a kernel's work with the main thread on one memory. They start on their own; until all have, the
 * main thread works alone, which changes no bit of a result.
 */
export class WorkerPool {
  /** Threads, the main one included. */
  readonly threads: number;
  #workers: WorkerHandle[] = [];
  #words: Int32Array;
  #operands: Float64Array;
  #names: readonly string[];

  /** `control` is the address of `WorkerPool.controlBytes` bytes of zeroed memory. */
  constructor(memory: Memory, module: WebAssembly.Module, control: number, threads: number) {
    this.#words = new Int32Array(memory.wasm.buffer, control, WORDS);
    this.#operands = new Float64Array(memory.wasm.buffer, control + WORDS * 4, OPERANDS);
    this.#names = WebAssembly.Module.exports(module).map(({ name }) => name).sort();
    for (let worker = 1; worker < threads; worker++) {
      const handle = startWorker();
      if (!handle) break;
      handle.postMessage({ module, memory: memory.wasm, control, worker, workers: threads, spins: SPINS });
      handle.unref?.();
      this.#workers.push(handle);
    }
    this.threads = this.#workers.length === threads - 1 ? threads : 1;
  }

  /** Bytes of the control block. */
  static readonly controlBytes: number = WORDS * 4 + OPERANDS * 8;

  /** Whether all workers have started. */
  get isReady(): boolean {
    return this.threads > 1 && Atomics.load(this.#words, Word.started) === this.#workers.length;
  }

  /** Runs a kernel on all threads; `ownShare` is the main thread's part. Throws a RangeError where a worker does not answer. */
  run(kernel: KernelName, operands: readonly number[], ownShare: () => void): void {
    const words = this.#words;
    this.#operands.set(operands);
    Atomics.store(words, Word.done, 0);
    Atomics.store(words, Word.kernel, this.#names.indexOf(kernel));
    Atomics.store(words, Word.operands, operands.length);
    this.#command();
    const start = performance.now();
    ownShare();
    const own = performance.now() - start;
    const deadline = start + own * PATIENCE_FACTOR + PATIENCE;
    if (!this.#waitForWorkers(deadline)) {
      throw new RangeError(
        `run ${kernel}: expected ${this.#workers.length} workers to answer, found one that does not`,
      );
    }
  }

  /** Waits until all workers have done their share; false where the time (of `performance.now()`) is over. */
  #waitForWorkers(deadline: number): boolean {
    for (let spin = 1;; spin++) {
      const done = Atomics.load(this.#words, Word.done);
      if (done === this.#workers.length) return true;
      if (spin % SPINS !== 0) continue;
      // Something else keeps the cores busy: a worker may need this one.
      if (maySleep) Atomics.wait(this.#words, Word.done, done, 1);
      if (performance.now() > deadline) return false;
    }
  }

  /** Ends the workers. They are woken first: not every runtime can end one that sleeps. */
  close(): void {
    Atomics.store(this.#words, Word.kernel, -1);
    this.#command();
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }

  #command(): void {
    Atomics.add(this.#words, Word.command, 1);
    if (Atomics.load(this.#words, Word.sleeping) > 0) Atomics.notify(this.#words, Word.command);
  }
}
