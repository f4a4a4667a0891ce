import { InputRangeError } from "../../../errors.ts";
import type { Communicator } from "../communicator.ts";
import { type Launch, launcherOf, launchOf, type MPIKind } from "../launcher.ts";
import { MPICommunicator } from "./mpi.ts";
import { type MPILibrary, openMPI } from "./mpi_library.ts";

/** The part of Deno that is used; undefined in other runtimes. */
interface Runtime {
  readonly build: { readonly os: string };
  readonly env: { get(name: string): string | undefined };
  readonly permissions: {
    querySync(descriptor: { name: "ffi" } | { name: "env"; variable: string }): { readonly state: string };
  };
}

const deno = (globalThis as { readonly Deno?: Runtime }).Deno;

/** File names of the libraries on each system, and the packages of Debian that have them. */
const LIBRARIES: Readonly<Record<MPIKind, { readonly files: readonly string[]; readonly darwin: readonly string[] }>> =
  {
    "Open MPI": {
      files: ["libmpi.so.40", "libmpi.so.80", "libmpi.so"],
      darwin: ["/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib", "libmpi.dylib"],
    },
    MPICH: {
      files: ["libmpich.so.12", "libmpi.so.12", "libmpich.so"],
      darwin: ["/opt/homebrew/lib/libmpi.12.dylib", "/usr/local/lib/libmpi.12.dylib", "libmpich.dylib"],
    },
  };

const PACKAGES = "the package openmpi-bin or mpich of Debian and Ubuntu, open-mpi or mpich of Homebrew";

/** Options of `connectMPI`. */
export interface MPIOptions {
  /** The library's path, or the name under which the system finds it. Default: the launcher's, by its usual names. */
  readonly library?: string;
}

let connected: MPICommunicator | undefined;

/**
 * Returns what the environment says about the launcher that has started this process as one of several ranks; undefined
 * if there is none, or if Deno lacks the permission to read the variables.
 */
export function foundLaunch(): Launch | undefined {
  return launchOf(variableOf);
}

/** Returns a variable of the environment, if there is one that may be read. */
function variableOf(name: string): string | undefined {
  if (deno?.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return deno.env.get(name) || undefined;
}

/**
 * Connects this process with the other ranks that a launcher of MPI, such as `mpirun` or `srun`, has started, through
 * the MPI library, Open MPI or MPICH, of that launcher. Later calls return the same communicator. Without a launcher,
 * it is a communicator of one rank.
 *
 * Throws `RangeError` if the runtime is not Deno, without `--allow-ffi`, if no library is found, or if the library is
 * not that of the launcher.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { type Communicator, connectMPI, type MPIOptions } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * // Run by: mpirun -n 4 deno run --allow-ffi --allow-env train.ts
 * async function train(text: string, communicator: Communicator): Promise<number> {
 *   const lm = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 16 });
 *   const report = await lm.fit(text, { epochs: 1, batch: 4, bptt: 16, communicator });
 *   return report.steps;
 * }
 *
 * const options: MPIOptions = { library: "libmpi.so.40" };
 * const start = async (): Promise<void> => {
 *   const communicator = connectMPI(options);
 *   await train("to be or not to be, that is the question", communicator);
 *   await communicator.close();
 * };
 * assertEquals(typeof start, "function");
 * ```
 */
export function connectMPI({ library }: MPIOptions = {}): Communicator {
  if (connected) return connected;
  if (!deno) throw new InputRangeError("connect over MPI: expected Deno, found another runtime");
  if (deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    throw new InputRangeError("connect over MPI: expected the permission --allow-ffi, found none");
  }
  // A launcher of a single rank also has a library of its own.
  const launcher = launcherOf(variableOf);
  const own = connected = new MPICommunicator(open(library, launcher));
  const { size, variable } = foundLaunch() ?? {};
  if (size !== undefined && size !== own.size) {
    const hint = variable!.startsWith("SLURM") ? "; srun needs --mpi=pmix for Open MPI, --mpi=pmi2 for MPICH" : "";
    throw new InputRangeError(
      `connect over MPI: expected ${size} ranks, as ${variable} and its kin say, found ${own.size} with ${own.name}, ` +
        `which is not the launcher's library${hint}`,
    );
  }
  return own;
}

function open(library: string | undefined, launch: Launch | undefined): MPILibrary {
  const isMac = deno!.build.os === "darwin";
  const kinds = launch?.kinds ?? ["Open MPI", "MPICH"] as const;
  const paths = library === undefined
    ? kinds.flatMap((kind) => LIBRARIES[kind][isMac ? "darwin" : "files"])
    : [library];
  const reasons: string[] = [];
  for (const path of paths) {
    try {
      return openMPI(path);
    } catch (error) {
      const { message } = error as Error;
      reasons.push(message.replace(/^(Could not open library: )+/, "").replace(/\s+/g, " "));
    }
  }
  const found = library === undefined ? "none" : reasons[0];
  throw new InputRangeError(
    `connect over MPI: expected the library of ${kinds.join(" or ")} (${PACKAGES}), found ${found}`,
  );
}
