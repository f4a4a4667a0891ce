import { ResourceError } from "../../errors.ts";
import { type Address, type KernelName, KERNELS } from "../kernels/mod.ts";
import type { NativeLibrary } from "./native/bind_sgemm.ts";
import type { Memory } from "./memory.ts";
import { LARGE_WORK, MIN_SHARED_WORK } from "./sharing.ts";
import {
  CONTROL_BYTES,
  CONTROL_WORDS,
  MAX_OPERANDS,
  REASON_LENGTH,
  startWorker,
  Word,
  type WorkerHandle,
  type WorkerStart,
} from "./worker_source.ts";

/**
 * Polls of a flag before a worker sleeps: about 50 microseconds, longer than the pause between two kernels of a step.
 */
const SPINS_BEFORE_SLEEP = 20000;
/** A worker is considered dead if it takes this factor of the main thread's own time plus this many milliseconds. */
const TIMEOUT_FACTOR = 4;
const TIMEOUT_MS = 700;
/**
 * The most milliseconds that one wait counts towards the timeout: while the process is stopped or the computer sleeps,
 * the workers do not run either.
 */
const MAX_COUNTED_WAIT_MS = 4;
/**
 * A longer wait, in milliseconds, is late. After this many late waits, with few others between them, small kernels run
 * on the main thread alone for a while, also in milliseconds.
 */
const LATE_WAIT_MS = 0.03;
const MAX_LATE_WAITS = 8;
const ALONE_MS = 50;
/** Milliseconds after which workers that have not started cause a warning. */
export const START_TIMEOUT_MS = 10_000;

/** The number of each kernel in commands. */
const NUMBERS: ReadonlyMap<KernelName, number> = new Map(KERNELS.map((name, number) => [name, number]));

/** Whether this thread may block; the main thread of a page must not. */
const maySleep = !("document" in globalThis);

let hasWarned = false;

/** Warns, once, that one thread does the work of several. */
function warnOnce(found: string): void {
  if (!hasWarned) {
    console.warn(`start threads: expected workers on a shared memory, found ${found}; continuing on one thread`);
  }
  hasWarned = true;
}

/** Returns why workers cannot share the memory, or undefined if they can. */
function obstacle(memory: Memory): string | undefined {
  if ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === false) {
    return "a page that is not cross-origin isolated";
  }
  return memory.isShared ? undefined : "no shared memory";
}

/**
 * Workers that share the kernels' work with the main thread on one memory. They start only after a certain amount of
 * work, since starting one takes as long as a small program runs. Until all have started, the main thread works alone;
 * this changes no bit of a result, unless a native library multiplies. If they cannot start, the main thread goes on
 * alone and warns once.
 */
export class WorkerPool {
  /** Size of the control block in bytes. */
  static readonly controlBytes: number = CONTROL_BYTES;

  #workers: WorkerHandle[] = [];
  #threads = 1;
  #toStart: Omit<WorkerStart, "worker"> | undefined;
  #workBefore = 0;
  #hasStarted = false;
  #startBy = Infinity;
  #failure: RangeError | undefined;
  #hasTrapped = false;
  #lateness = 0;
  #aloneUntil = 0;
  #words: Int32Array;
  #operands: Float64Array;
  #reason: Uint16Array;

  /** `control` is the address of `WorkerPool.controlBytes` zeroed bytes. */
  constructor(
    memory: Memory,
    module: WebAssembly.Module,
    control: Address,
    threads: number,
    library?: NativeLibrary,
  ) {
    const buffer = memory.wasm.buffer;
    this.#words = new Int32Array(buffer, control, CONTROL_WORDS);
    this.#operands = new Float64Array(buffer, control + CONTROL_WORDS * 4, MAX_OPERANDS);
    this.#reason = new Uint16Array(buffer, control + CONTROL_WORDS * 4 + MAX_OPERANDS * 8, REASON_LENGTH);
    const reason = obstacle(memory);
    if (reason !== undefined) {
      warnOnce(reason);
      return;
    }
    this.#threads = threads;
    this.#toStart = {
      module,
      kernels: KERNELS,
      memory: memory.wasm,
      library,
      control,
      workers: threads,
      spins: SPINS_BEFORE_SLEEP,
    };
  }

  /** The number of threads including the main one; 1 if workers cannot start. */
  get threads(): number {
    return this.#threads;
  }

  /** Whether all workers have started. */
  get isReady(): boolean {
    if (this.#hasStarted || this.#workers.length === 0) return this.#hasStarted;
    this.#hasStarted = Atomics.load(this.#words, Word.started) === this.#workers.length;
    if (!this.#hasStarted && performance.now() > this.#startBy) {
      warnOnce(`some that had not started after ${START_TIMEOUT_MS / 1000} s`);
    }
    return this.#hasStarted;
  }

  /** Whether a share of a kernel trapped: it may have written anywhere before. */
  get hasTrapped(): boolean {
    return this.#hasTrapped;
  }

  /** Starts the workers, unless that has been done. */
  start(): void {
    if (this.#toStart) this.#start(this.#toStart);
    this.#toStart = undefined;
  }

  /**
   * Whether the pool should run a kernel with `work` elementary operations. `isFixed` says that bits of the result
   * depend on the threads that compute it, so that how busy they are must not decide.
   */
  takes(work: number, isFixed: boolean): boolean {
    if (work < MIN_SHARED_WORK) return false;
    if (this.isReady) return work >= LARGE_WORK || isFixed || !this.#isLate;
    this.#workBefore += work;
    if (this.#workBefore >= LARGE_WORK) this.start();
    return false;
  }

  /**
   * Runs a kernel on all threads; `ownShare` runs the main thread's part. Throws `RangeError` if a worker cannot do its
   * share. If a worker traps, ends or does not answer, every later call throws, too, since it cannot do any.
   */
  run(kernel: KernelName, operands: readonly number[], ownShare: () => void): void {
    if (this.#failure) throw this.#failure;
    const words = this.#words;
    this.#operands.set(operands);
    Atomics.store(words, Word.done, 0);
    Atomics.store(words, Word.refused, 0);
    Atomics.store(words, Word.kernel, NUMBERS.get(kernel)!);
    Atomics.store(words, Word.operands, operands.length);
    this.#command();
    const start = performance.now();
    let own: { readonly error: unknown } | undefined;
    try {
      ownShare();
    } catch (error) {
      own = { error };
    }
    // A trap outweighs whatever the workers report: the engine must not go on after it.
    const isTrap = own?.error instanceof WebAssembly.RuntimeError;
    if (isTrap) this.#hasTrapped = true;
    this.#waitForWorkers(kernel, start);
    if (!isTrap) this.#expectShares(kernel);
    if (own) throw own.error;
  }

  /**
   * Whether small kernels should run on the main thread alone: recently, waiting for the workers took longer than they
   * saved, as it does when other programs keep the cores busy.
   */
  get #isLate(): boolean {
    return this.#aloneUntil > 0 && performance.now() < this.#aloneUntil;
  }

  /** Records how long the main thread worked and then waited, in milliseconds. */
  #noteWait(own: number, waited: number): void {
    if (waited <= Math.max(LATE_WAIT_MS, own)) {
      if (this.#lateness > 0) this.#lateness--;
    } else if (++this.#lateness === MAX_LATE_WAITS) {
      this.#lateness = 0;
      this.#aloneUntil = performance.now() + ALONE_MS;
    }
  }

  /** Ends the workers. They are woken first, because some runtimes cannot end a sleeping worker. */
  close(): void {
    this.#toStart = undefined;
    const workers = this.#workers.splice(0);
    // Without workers, the memory may be unshared, and growing it invalidates its views.
    if (workers.length === 0) return;
    Atomics.store(this.#words, Word.kernel, -1);
    this.#command();
    for (const worker of workers) worker.terminate();
  }

  #start(start: Omit<WorkerStart, "worker">): void {
    this.#startBy = performance.now() + START_TIMEOUT_MS;
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

  /** Handles the error event of a worker, unless this pool has ended it. */
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
    const timeout = TIMEOUT_MS + (ownEnd - start) * TIMEOUT_FACTOR;
    let last = ownEnd;
    let waited = 0;
    for (let spin = 1;; spin++) {
      const done = Atomics.load(this.#words, Word.done);
      if (done === this.#workers.length) {
        this.#noteWait(ownEnd - start, performance.now() - ownEnd);
        return;
      }
      if (spin % SPINS_BEFORE_SLEEP !== 0) continue;
      const trapped = Atomics.load(this.#words, Word.trapped);
      if (trapped > 0) {
        this.#hasTrapped = true;
        throw this.#fail(`run ${kernel}`, `worker ${trapped} stopped by ${this.#reasonText()}`);
      }
      if (waited > timeout) {
        throw this.#fail(`run ${kernel}`, `${done === 0 ? "none" : done} after ${Math.round(timeout)} ms`);
      }
      // The cores are busy: yield this one, which a worker may need.
      if (maySleep) Atomics.wait(this.#words, Word.done, done, 1);
      const now = performance.now();
      waited += Math.min(now - last, MAX_COUNTED_WAIT_MS);
      last = now;
    }
  }

  /** Throws `RangeError` if a worker could not do its share. All have ended theirs, so they can run other kernels. */
  #expectShares(kernel: KernelName): void {
    const worker = Atomics.load(this.#words, Word.refused);
    if (worker === 0) return;
    throw new RangeError(`run ${kernel}: expected worker ${worker} to do its share, found ${this.#reasonText()}`);
  }

  /** Stores the failure and ends the remaining workers. */
  #fail(action: string, found: string): RangeError {
    const expected = this.#workers.length === 1 ? "a worker" : `${this.#workers.length} workers`;
    const error = new ResourceError(`${action}: expected ${expected} to answer, found ${found}`);
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
