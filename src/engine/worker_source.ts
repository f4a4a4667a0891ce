import { kernelImports } from "../kernels/mod.ts";
import { BINDING_SOURCE } from "./native/bind_library.ts";
import type { NativeLibrary } from "./native/bind_sgemm.ts";

/** Maximum number of operands of a kernel. */
export const MAX_OPERANDS = 32;
/** Number of 32-bit words in the control block; see `Word`. */
export const CONTROL_WORDS = 16;
/** UTF-16 code units reserved for the reason of a worker's failure. */
export const REASON_LENGTH = 160;

/** Indexes of the control block's words. Only one side writes each, but the main thread resets `done` and `refused`. */
export const Word = {
  /** Incremented by the main thread with every command. */
  command: 0,
  /** Index of the kernel, or -1 to end the worker. */
  kernel: 1,
  /** Number of operands. */
  operands: 2,
  /** Number of workers that have ended their share; written by the workers. */
  done: 3,
  /** Number of sleeping workers. */
  sleeping: 4,
  /** Number of workers that have started. */
  started: 5,
  /** Index of the last worker in which a kernel trapped, or 0. */
  trapped: 6,
  /** Index of the last worker that could not do its share of the current kernel, or 0. */
  refused: 7,
} as const;

/** Size of the control block in bytes: the words, the operands, the reason of a failure. */
export const CONTROL_BYTES: number = CONTROL_WORDS * 4 + MAX_OPERANDS * 8 + REASON_LENGTH * 2;

/** The message that starts a worker. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  /** The names of the kernels; commands contain an index of this list. */
  readonly kernels: readonly string[];
  readonly memory: WebAssembly.Memory;
  /** The native library that computes matrix products, if any. */
  readonly library: NativeLibrary | undefined;
  /** Address of the control block. */
  readonly control: number;
  /** Index of the worker, from 1; the main thread is 0. */
  readonly worker: number;
  /** Number of threads, including the main one. */
  readonly workers: number;
  /** Polls of a flag before the worker sleeps. */
  readonly spins: number;
}

/**
 * The source of a worker, which waits for commands in the shared memory and spins for a while before it sleeps. It is a
 * string so that it starts wherever the library is imported from. Failures before the start raise an `error` event;
 * failures in a kernel are written to the shared memory, where the main thread sees them at once.
 */
const WORKER_SOURCE = `
${BINDING_SOURCE}const kernelImports = ${kernelImports};
const start = ({ module, kernels, memory, library, control, worker, workers, spins }) => {
  // The signals that products hold back are never released here: this thread handles none, and starts no process.
  const native = library && bindLibrary(library, memory);
  const { exports } = new WebAssembly.Instance(module, kernelImports(memory, native));
  const functions = kernels.map((name) => exports[name]);
  const words = new Int32Array(memory.buffer, control, ${CONTROL_WORDS});
  const operands = new Float64Array(memory.buffer, control + ${CONTROL_WORDS * 4}, ${MAX_OPERANDS});
  const reason = new Uint16Array(memory.buffer, control + ${CONTROL_WORDS * 4 + MAX_OPERANDS * 8}, ${REASON_LENGTH});
  const given = [];
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
    given.length = Atomics.load(words, ${Word.operands});
    for (let i = 0; i < given.length; i++) given[i] = operands[i];
    given.push(worker, workers);
    let isTrap = false;
    try {
      functions[kernel](...given);
    } catch (error) {
      for (let i = 0; i < reason.length; i++) reason[i] = String(error).charCodeAt(i);
      isTrap = error instanceof WebAssembly.RuntimeError;
      Atomics.store(words, isTrap ? ${Word.trapped} : ${Word.refused}, worker);
    }
    if (!isTrap) Atomics.add(words, ${Word.done}, 1);
    Atomics.notify(words, ${Word.done});
  }
};
const refuse = () => {
  throw new TypeError("the shared memory did not arrive");
};
`;

/** The code that receives the start message in a worker: in pages, and in Node.js, Deno and Bun. */
const WEB_PORT = `
globalThis.onmessage = ({ data }) => start(data);
globalThis.onmessageerror = refuse;
`;
const NODE_PORT = `
const { parentPort } = globalThis.process.getBuiltinModule("node:worker_threads");
parentPort.once("message", start);
parentPort.once("messageerror", refuse);
`;

/** The part of a worker that the pool uses. */
export interface WorkerHandle {
  /** Sends the start message. */
  postMessage(message: WorkerStart): void;
  /** Ends the worker. */
  terminate(): unknown;
  /** Lets the process exit while the worker runs; pages do not need it. */
  unref?(): void;
}

interface NodeWorker extends WorkerHandle {
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
}

interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: { eval: true; execArgv: string[]; env: Record<string, string> },
  ) => NodeWorker;
}

interface NodeProcess {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * Starts a worker; calls `failed` with the reason if it ends on its own. Throws the runtime's error, or `TypeError` if
 * the runtime has no workers.
 */
export function startWorker(failed: (reason: string) => void): WorkerHandle {
  // Deno and Bun have both kinds; web workers would keep the process alive.
  const threads = (globalThis as NodeProcess).process?.getBuiltinModule?.("node:worker_threads");
  if (threads) return startThread(threads as NodeThreads, failed);
  if (typeof Worker === "function") return startWebWorker(failed);
  throw new TypeError("this runtime has no workers");
}

function startThread(threads: NodeThreads, failed: (reason: string) => void): WorkerHandle {
  const worker = new threads.Worker(WORKER_SOURCE + NODE_PORT, { eval: true, execArgv: [], env: {} });
  worker.on("error", (error) => failed(String(error)));
  worker.on("exit", (code) => failed(`exit code ${code}`));
  return worker;
}

function startWebWorker(failed: (reason: string) => void): WorkerHandle {
  const worker = new Worker(workerUrl(), { type: "module" });
  worker.addEventListener("error", (event) => {
    // Otherwise the runtime treats the failure as uncaught and exits.
    event.preventDefault();
    failed(event.message ?? "it could not be loaded");
  });
  return worker;
}

let url: string | undefined;

/**
 * Returns the URL of the worker's source. In a page a `blob:` URL is needed, because a `data:` module has another
 * origin and cannot share the page's memory.
 */
function workerUrl(): string {
  const text = WORKER_SOURCE + WEB_PORT;
  if (!("crossOriginIsolated" in globalThis)) return `data:text/javascript,${encodeURIComponent(text)}`;
  return url ??= URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
