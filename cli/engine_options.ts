import { InputRangeError } from "../errors.ts";
import { Engine, type EngineOptions } from "../src/nn/mod.ts";
import type { OptionSpecs, Values } from "./arguments/options.ts";
import { UsageError } from "./arguments/usage_error.ts";
import { environmentVariable } from "./terminal/platform.ts";
import { writeErrorLine } from "./terminal/terminal.ts";

/** Maximum number of threads of an engine. */
const MAX_THREADS = 64;

/** Environment variable that stands in for `--blas`. */
const BLAS_VARIABLE = "ELMAN_BLAS";

/** Options that select the threads and the matrix product backend. */
export const ENGINE_OPTIONS = {
  threads: {
    group: "run",
    kind: "string",
    value: "N|auto",
    help: "Number of threads, which does not change results unless a native library is used.",
    default: "auto, one per core",
  },
  blas: {
    group: "run",
    kind: "string",
    value: "auto|off|PATH",
    help: "Native library for matrix products, which needs --allow-ffi; ELMAN_BLAS sets it too.",
    default: "auto, the first found of oneDNN, MKL, Accelerate, OpenBLAS and BLIS",
  },
  precision: {
    group: "run",
    kind: "choice",
    choices: ["float32", "bf16"],
    help: "Numbers that matrix products multiply; bf16 needs oneDNN and a processor that has them.",
    default: "float32",
  },
} as const satisfies OptionSpecs;

/**
 * Starts the engine and makes it the default. Throws `UsageError` if the number of threads is out of range or the
 * library cannot be loaded.
 */
export function startEngine({ threads = "auto", blas, precision }: Values<typeof ENGINE_OPTIONS>): Engine {
  const cores = Math.min(MAX_THREADS, navigator.hardwareConcurrency);
  const count = threads === "auto" ? cores : /^\d+$/.test(threads) ? Number(threads) : NaN;
  if (!(count >= 1 && count <= MAX_THREADS)) {
    throw new UsageError(
      `--threads: expected auto or a whole number from 1 to ${MAX_THREADS}, found ${JSON.stringify(threads)}`,
    );
  }
  const [option, request] = blas === undefined ? [BLAS_VARIABLE, environmentVariable(BLAS_VARIABLE)] : ["--blas", blas];
  if (request === "") throw new UsageError(`${option}: expected auto, off or a library's path, found nothing`);
  const engine = makeEngine({ threads: count, blas: request ?? "auto", precision }, option);
  engine.makeDefault();
  return engine;
}

/** Returns the values with which a worker starts an engine of one thread, like the given ones otherwise. */
export function singleThreaded({ blas, precision }: Values<typeof ENGINE_OPTIONS>): Values<typeof ENGINE_OPTIONS> {
  return { threads: "1", blas: blas ?? environmentVariable(BLAS_VARIABLE), precision };
}

function makeEngine(options: EngineOptions, blas: string): Engine {
  try {
    return new Engine(options);
  } catch (error) {
    const option = (error as Error).message?.startsWith("multiply in bf16") ? "--precision" : blas;
    if (error instanceof InputRangeError) throw new UsageError(`${option}: ${error.message}${permissionHint(error)}`);
    throw error;
  }
}

/** Says which tasks may call native libraries, if an error names the permission for it: tasks take none. */
export function permissionHint({ message }: Error): string {
  return message.includes("--allow-ffi") ? "; the tasks whose names end with :native have it" : "";
}

/** Describes the backend and the threads for the start-up line: `matrix products by oneDNN 2.6, 2 threads`. */
export function describeEngine({ gemm, threads }: Engine): string {
  return `matrix products by ${gemm.replace(" (ffi)", "")}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}

/** Says on standard error how an engine multiplies, if it has a native library. */
export function announceEngine(engine: Engine, isQuiet: boolean | undefined): void {
  if (engine.blas && !isQuiet) writeErrorLine(describeEngine(engine));
}
