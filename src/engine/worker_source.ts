import { kernelImports } from "../kernels/mod.ts";
import { bindSgemm, type NativeLibrary } from "./bind_sgemm.ts";

/** Most operands of a kernel. */
export const OPERANDS = 24;
/** 32-bit words of the control block: see `Word`. */
export const WORDS = 16;
/** UTF-16 code units that tell why a worker failed. */
export const REASON = 160;

/** The words of the control block, each written by one side only. */
export const Word = {
  /** Grows with every command; the main thread's. */
  command: 0,
  /** Which kernel, or -1: the worker's end. */
  kernel: 1,
  /** How many operands. */
  operands: 2,
  /** Workers that have done their share; the workers'. */
  done: 3,
  /** Workers that sleep. */
  sleeping: 4,
  /** Workers that have started. */
  started: 5,
  /** The last worker that failed, or 0. */
  failed: 6,
} as const;

/** Bytes of the control block: the words, the operands, the reason of a failure. */
export const CONTROL_BYTES: number = WORDS * 4 + OPERANDS * 8 + REASON * 2;

/** What a worker is told when it starts. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The native library in which matrix products run, if any. */
  readonly library: NativeLibrary | undefined;
  /** Address of the control block. */
  readonly control: number;
  /** Its index, from 1: the main thread is 0. */
  readonly worker: number;
  /** Threads, the main one included. */
  readonly workers: number;
  /** Checks of a flag before it sleeps. */
  readonly spins: number;
}

/**
 * What a worker runs: it waits for commands in the shared memory, spinning for a while before it sleeps. A text, so that it
 * starts wherever the library is imported from. What goes wrong before it has started is left to the `error` event, what
 * goes wrong in a kernel stands in the shared memory, where the main thread sees it at once.
 */
const WORKER_SOURCE = `
const bindSgemm = ${bindSgemm};
const kernelImports = ${kernelImports};
const start = ({ module, memory, library, control, worker, workers, spins }) => {
  const sgemm = library && bindSgemm(library, memory);
  const kernels = new WebAssembly.Instance(module, kernelImports(memory, sgemm)).exports;
  const functions = Object.keys(kernels).sort().map((name) => kernels[name]);
  const words = new Int32Array(memory.buffer, control, ${WORDS});
  const operands = new Float64Array(memory.buffer, control + ${WORDS * 4}, ${OPERANDS});
  const reason = new Uint16Array(memory.buffer, control + ${WORDS * 4 + OPERANDS * 8}, ${REASON});
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
    try {
      functions[kernel](...given);
      Atomics.add(words, ${Word.done}, 1);
    } catch (error) {
      for (let i = 0; i < reason.length; i++) reason[i] = String(error).charCodeAt(i);
      Atomics.store(words, ${Word.failed}, worker);
    }
    Atomics.notify(words, ${Word.done});
  }
};
const refuse = () => {
  throw new TypeError("the shared memory did not arrive");
};
`;

/** How the message with what it needs reaches a worker: in a page, and in Node.js, Deno and Bun. */
const WEB_PORT = `
globalThis.onmessage = ({ data }) => start(data);
globalThis.onmessageerror = refuse;
`;
const NODE_PORT = `
const { parentPort } = globalThis.process.getBuiltinModule("node:worker_threads");
parentPort.once("message", start);
parentPort.once("messageerror", refuse);
`;

/** What the pool needs of a worker. */
export interface WorkerHandle {
  /** Sends it what it needs to start. */
  postMessage(message: WorkerStart): void;
  /** Ends it. */
  terminate(): unknown;
  /** Lets the process end while it runs; a page has no need of that. */
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
 * Starts a worker; `failed` hears why it ended on its own. Throws what the runtime throws, or a TypeError where it has no
 * workers.
 */
export function startWorker(failed: (reason: string) => void): WorkerHandle {
  // Where there are both, as in Deno and Bun: web workers keep the process alive.
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
    // Else the runtime takes the failure for the program's own and ends it.
    event.preventDefault();
    failed(event.message ?? "it could not be loaded");
  });
  return worker;
}

let url: string | undefined;

/** Where a worker's text is found. A page may not share its memory with a `data:` module, which is of another origin. */
function workerUrl(): string {
  const text = WORKER_SOURCE + WEB_PORT;
  if (!("crossOriginIsolated" in globalThis)) return `data:text/javascript,${encodeURIComponent(text)}`;
  return url ??= URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}
