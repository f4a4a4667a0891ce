/** The implementations of MPI whose binary interfaces are known. */
export type MPIKind = "Open MPI" | "MPICH";

/** The ranks that a launcher has started, as its environment describes them. */
export interface Launch {
  /** The place of this process among the ranks. */
  readonly rank: number;
  /** Number of ranks; undefined if it is not said. */
  readonly size: number | undefined;
  /** The variable that tells of the launcher. */
  readonly variable: string;
  /** The implementations that may belong to the launcher, the likeliest first. */
  readonly kinds: readonly MPIKind[];
}

/** The variable of Slurm for a task's place, whatever connects the tasks. */
const SLURM = "SLURM_PROCID";

/** The variables by which a launcher is recognized, with the variable of the number of ranks. */
const LAUNCHERS: readonly {
  readonly rank: string;
  readonly size?: string;
  readonly kinds: readonly MPIKind[];
}[] = [
  { rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE", kinds: ["Open MPI"] },
  { rank: "PMI_RANK", size: "PMI_SIZE", kinds: ["MPICH", "Open MPI"] },
  { rank: "PMIX_RANK", size: "SLURM_STEP_NUM_TASKS", kinds: ["Open MPI", "MPICH"] },
  { rank: SLURM, size: "SLURM_STEP_NUM_TASKS", kinds: ["Open MPI", "MPICH"] },
];

/** The variables of the environment that tell of a launcher. */
export const LAUNCHER_VARIABLES: readonly string[] = [
  ...new Set(LAUNCHERS.flatMap(({ rank, size }) => size === undefined ? [rank] : [rank, size])),
];

/**
 * Finds out from the environment which launcher of MPI has started this process; `variable` reads a variable of the
 * environment. Slurm sets its own variables in every shell.
 */
export function launcherOf(variable: (name: string) => string | undefined): Launch | undefined {
  for (const { rank: name, size: sizeName, kinds } of LAUNCHERS) {
    const own = variable(name);
    if (own === undefined) continue;
    const text = sizeName === undefined ? undefined : variable(sizeName);
    const size = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
    return { rank: Number(own) || 0, size, variable: name, kinds };
  }
  return undefined;
}

/**
 * Finds out from the environment whether a launcher of MPI has started this process as one of several, or may have.
 * Slurm says how many it has started; in a shell of its own, there is one task or no number.
 */
export function launchOf(variable: (name: string) => string | undefined): Launch | undefined {
  const launch = launcherOf(variable);
  if (launch === undefined || launch.size === 1) return undefined;
  return launch.size === undefined && launch.variable === SLURM ? undefined : launch;
}
