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

/** The variables by which a launcher is recognized, with the variable of the number of ranks. */
const LAUNCHERS: readonly {
  readonly rank: string;
  readonly size?: string;
  readonly kinds: readonly MPIKind[];
}[] = [
  { rank: "OMPI_COMM_WORLD_RANK", size: "OMPI_COMM_WORLD_SIZE", kinds: ["Open MPI"] },
  { rank: "PMI_RANK", size: "PMI_SIZE", kinds: ["MPICH", "Open MPI"] },
  { rank: "PMIX_RANK", size: "SLURM_STEP_NUM_TASKS", kinds: ["Open MPI", "MPICH"] },
  { rank: "SLURM_PROCID", size: "SLURM_STEP_NUM_TASKS", kinds: ["Open MPI", "MPICH"] },
];

/** The variables of the environment that tell of a launcher. */
export const LAUNCHER_VARIABLES: readonly string[] = [
  ...new Set(LAUNCHERS.flatMap(({ rank, size }) => size === undefined ? [rank] : [rank, size])),
];

/**
 * Finds out from the environment whether a launcher of MPI has started this process, as one of several; `variable`
 * reads a variable of the environment. Slurm sets its own variables also in a shell of a single task.
 */
export function launchOf(variable: (name: string) => string | undefined): Launch | undefined {
  for (const { rank: rankName, size: sizeName, kinds } of LAUNCHERS) {
    const own = variable(rankName);
    if (own === undefined) continue;
    const [rank, name] = [Number(own) || 0, rankName];
    const text = sizeName === undefined ? undefined : variable(sizeName);
    const size = text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
    if (size !== undefined && size > 1) return { rank, size, variable: name, kinds };
    if (size === undefined && name !== "SLURM_PROCID") return { rank, size, variable: name, kinds };
  }
  return undefined;
}
