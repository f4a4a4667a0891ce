import { Engine } from "../src/nn/mod.ts";
import type { OptionSpecs, Values } from "./arguments/options.ts";
import { UsageError } from "./arguments/usage_error.ts";
import { environmentVariable } from "./terminal/platform.ts";

/** Most threads that an engine has. */
const MOST = 64;

/** The variable in which `--blas` may stand. */
const BLAS = "ELMAN_BLAS";

/** The options that say what computes. */
export const ENGINE_OPTIONS = {
  threads: {
    group: "run",
    kind: "string",
    value: "N|auto",
    help: "Threads that compute; without a native library the results are the same bits for any number.",
    default: "auto: as many as there are cores",
  },
  blas: {
    group: "run",
    kind: "string",
    value: "auto|off|PATH",
    help: "Native library for matrix products, if --allow-ffi permits it; ELMAN_BLAS says the same.",
    default: "auto: oneDNN, MKL, Accelerate, OpenBLAS or BLIS",
  },
} as const satisfies OptionSpecs;

/** Starts the engine that the command uses. Throws a UsageError for an impossible number of threads or a library that is none. */
export function startEngine({ threads = "auto", blas }: Values<typeof ENGINE_OPTIONS>): Engine {
  const cores = Math.min(MOST, navigator.hardwareConcurrency);
  const count = threads === "auto" ? cores : /^\d+$/.test(threads) ? Number(threads) : NaN;
  if (!(count >= 1 && count <= MOST)) {
    throw new UsageError(
      `--threads: expected auto or a whole number from 1 to ${MOST}, found ${JSON.stringify(threads)}`,
    );
  }
  const [option, request] = blas === undefined ? [BLAS, environmentVariable(BLAS)] : ["--blas", blas];
  if (request === "") throw new UsageError(`${option}: expected auto, off or a library's path, found nothing`);
  const engine = makeEngine(count, option, request ?? "auto");
  engine.makeDefault();
  return engine;
}

function makeEngine(threads: number, option: string, blas: string): Engine {
  try {
    return new Engine({ threads, blas });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${option}: ${error.message}`);
    throw error;
  }
}

/** What computes, as the start-up line says it: `gemm: oneDNN 2.6 (ffi), 2 threads`. */
export function describeEngine({ gemm, threads }: Engine): string {
  return `gemm: ${gemm}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
}
