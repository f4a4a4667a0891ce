import type { KernelName } from "../kernels/mod.ts";
import type { NativeLibrary } from "./bind_sgemm.ts";
import type { Memory } from "./memory.ts";
import { MUCH_WORK, WORTH_SHARING } from "./sharing.ts";
import {
  CONTROL_BYTES,
  OPERANDS,
  REASON,
  startWorker,
  Word,
  WORDS,
  type WorkerHandle,
  type WorkerStart,
} from "./worker_source.ts";

/** Checks of a flag before a worker sleeps: some 50 microseconds, longer than the pause between two kernels of a step. */
const SPINS = 20000;
/** A worker that takes this many times as long as the main thread, and this many milliseconds more, is dead. */
const PATIENCE_FACTOR = 4;
const PATIENCE = 700;
/**
 * Most milliseconds that a moment's waiting counts: while the process is stopped, or the computer sleeps, the workers do
 * not run either.
 */
const MOMENT = 4;
/** Milliseconds of waiting that are late; how many of them in a row, with few others between, are too many; and the pause that follows. */
const LATE = 0.03;
const MOST_LATE = 8;
const PAUSE = 50;
/** Milliseconds after which workers that have not started are worth a warning. */
const START = 10_000;

/** Whether this thread may sleep: a page's main thread must not. */
const maySleep = !("document" in globalThis);

let hasWarned = false;

/** Says, once, that one thread does the work of several. */
function warnOnce(found: string): void {
  if (!hasWarned) {
    console.warn(`start threads: expected workers on a shared memory, found ${found}; one thread does the work`);
  }
  hasWarned = true;
}

/** Why no worker can share the memory, or nothing. */
function obstacle(memory: Memory): string | undefined {
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false) {
    return "a page that is not cross-origin isolated";
  }
  return memory.isShared ? undefined : "no shared memory";
}

/**
 * Workers that share a kernel's work with the main thread on one memory. They start when there has been work enough, since starting one
 * takes as long as many a small program; until all have, the main thread works alone, which changes no bit of a result. Where they cannot
 * start it goes on alone, and says so once.
 */
export class WorkerPool {
  /** Bytes of the control block. */
  static readonly controlBytes: number = CONTROL_BYTES;

  #workers: WorkerHandle[] = [];
  #threads = 1;
  #toStart: Omit<WorkerStart, "worker"> | undefined;
  #workBefore = 0;
  #hasStarted = false;
  #startBy = Infinity;
  #failure: RangeError | undefined;
  #lateness = 0;
  #aloneUntil = 0;
  #words: Int32Array;
  #operands: Float64Array;
  #reason: Uint16Array;
  #numbers: ReadonlyMap<string, number>;

  /** `control` is the address of `WorkerPool.controlBytes` bytes of zeroed memory. */
  constructor(
    memory: Memory,
    module: WebAssembly.Module,
    control: number,
    threads: number,
    library?: NativeLibrary,
  ) {
    const buffer = memory.wasm.buffer;
    this.#words = new Int32Array(buffer, control, WORDS);
    this.#operands = new Float64Array(buffer, control + WORDS * 4, OPERANDS);
    this.#reason = new Uint16Array(buffer, control + WORDS * 4 + OPERANDS * 8, REASON);
    const names = WebAssembly.Module.exports(module).map(({ name }) => name).sort();
    this.#numbers = new Map(names.map((name, number) => [name, number]));
    const reason = obstacle(memory);
    if (reason !== undefined) {
      warnOnce(reason);
      return;
    }
    this.#threads = threads;
    this.#toStart = { module, memory: memory.wasm, library, control, workers: threads, spins: SPINS };
  }

  /** Threads, the main one included; 1 where no worker can start. */
  get threads(): number {
    return this.#threads;
  }

  /** Whether all workers have started. */
  get isReady(): boolean {
    if (this.#hasStarted || this.#workers.length === 0) return this.#hasStarted;
    this.#hasStarted = Atomics.load(this.#words, Word.started) === this.#workers.length;
    if (!this.#hasStarted && performance.now() > this.#startBy) {
      warnOnce(`some that have not started for ${START / 1000} s`);
    }
    return this.#hasStarted;
  }

  /** Starts the workers, unless they have been started. */
  start(): void {
    if (this.#toStart) this.#start(this.#toStart);
    this.#toStart = undefined;
  }

  /** Whether a kernel of so much work, in elementary operations, had better be run here. */
  takes(work: number): boolean {
    if (work < WORTH_SHARING) return false;
    if (this.isReady) return work >= MUCH_WORK || !this.#isLate;
    this.#workBefore += work;
    if (this.#workBefore >= MUCH_WORK) this.start();
    return false;
  }

  /**
   * Runs a kernel on all threads; `ownShare` is the main thread's part. Throws a RangeError where a worker fails or does not
   * answer, and from then on always: what the kernel should have written is half done.
   */
  run(kernel: KernelName, operands: readonly number[], ownShare: () => void): void {
    if (this.#failure) throw this.#failure;
    const words = this.#words;
    this.#operands.set(operands);
    Atomics.store(words, Word.done, 0);
    Atomics.store(words, Word.kernel, this.#numbers.get(kernel)!);
    Atomics.store(words, Word.operands, operands.length);
    this.#command();
    const start = performance.now();
    try {
      ownShare();
    } finally {
      this.#waitForWorkers(kernel, start);
    }
  }

  /**
   * Whether small kernels had better be left to one thread: of late the workers were waited for longer than they saved, as happens when
   * other programs keep the cores busy.
   */
  get #isLate(): boolean {
    return this.#aloneUntil > 0 && performance.now() < this.#aloneUntil;
  }

  /** Takes note of how long the main thread worked and then waited, in milliseconds. */
  #noteWait(own: number, waited: number): void {
    if (waited <= Math.max(LATE, own)) {
      if (this.#lateness > 0) this.#lateness--;
    } else if (++this.#lateness === MOST_LATE) {
      this.#lateness = 0;
      this.#aloneUntil = performance.now() + PAUSE;
    }
  }

  /** Ends the workers. They are woken first: not every runtime can end one that sleeps. */
  close(): void {
    this.#toStart = undefined;
    const workers = this.#workers.splice(0);
    // Without workers the memory may be one whose views do not outlive its growth.
    if (workers.length === 0) return;
    Atomics.store(this.#words, Word.kernel, -1);
    this.#command();
    for (const worker of workers) worker.terminate();
  }

  #start(start: Omit<WorkerStart, "worker">): void {
    this.#startBy = performance.now() + START;
    try {
      for (let worker = 1; worker < start.workers; worker++) {
        const handle = startWorker((reason) => this.#hear(handle, reason));
        this.#workers.push(handle);
        handle.postMessage({ ...start, worker });
        handle.unref?.();
      }
    } catch (error) {
      this.#fallBack(String(error));
    }
  }

  /** What a worker's error event says, unless the worker was ended by this pool. */
  #hear(worker: WorkerHandle, text: string): void {
    if (!this.#workers.includes(worker)) return;
    const [reason] = text.split("\n");
    if (this.isReady) this.#fail("run kernels", `one that ended: ${reason}`);
    else this.#fallBack(`one that did not start: ${reason}`);
  }

  #fallBack(reason: string): void {
    this.#threads = 1;
    this.close();
    warnOnce(reason);
  }

  /** Waits until all workers have done their share; `start` is when the main thread began its own. */
  #waitForWorkers(kernel: KernelName, start: number): void {
    const ownEnd = performance.now();
    const patience = PATIENCE + (ownEnd - start) * PATIENCE_FACTOR;
    let last = ownEnd;
    let waited = 0;
    for (let spin = 1;; spin++) {
      const done = Atomics.load(this.#words, Word.done);
      if (done === this.#workers.length) return this.#noteWait(ownEnd - start, performance.now() - ownEnd);
      if (spin % SPINS !== 0) continue;
      const failed = Atomics.load(this.#words, Word.failed);
      if (failed > 0) throw this.#fail(`run ${kernel}`, `worker ${failed} stopped by ${this.#reasonText()}`);
      if (waited > patience) {
        throw this.#fail(`run ${kernel}`, `${done === 0 ? "none" : done} after ${Math.round(patience)} ms`);
      }
      // Something else keeps the cores busy: a worker may need this one.
      if (maySleep) Atomics.wait(this.#words, Word.done, done, 1);
      const now = performance.now();
      waited += Math.min(now - last, MOMENT);
      last = now;
    }
  }

  /** Remembers the failure and ends the workers that are left. */
  #fail(action: string, found: string): RangeError {
    const expected = this.#workers.length === 1 ? "a worker" : `${this.#workers.length} workers`;
    const error = new RangeError(`${action}: expected ${expected} to answer, found ${found}`);
    this.#failure = error;
    this.close();
    return error;
  }

  #reasonText(): string {
    return String.fromCharCode(...this.#reason).split(/[\0\n]/)[0];
  }

  #command(): void {
    Atomics.add(this.#words, Word.command, 1);
    if (Atomics.load(this.#words, Word.sleeping) > 0) Atomics.notify(this.#words, Word.command);
  }
}
