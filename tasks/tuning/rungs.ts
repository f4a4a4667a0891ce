/** How long the candidates of one round of a search are trained. */
export interface Rung {
  /** Number of epochs. */
  readonly epochs: number;
  /** Share of the training data. */
  readonly share: number;
  /** Added to the seed of the run. */
  readonly seed: number;
}

/** The rounds of a search, and the number of candidates to begin with. */
export interface RungPlan {
  /**
   * The rounds; each after the first continues with the best third of the candidates, unless it only changes the seed.
   */
  readonly rungs: readonly Rung[];
  /** Number of candidates of the first round. */
  readonly candidates: number;
}

/** Options of `planRungs`. */
export interface RungPlanOptions {
  /** Number of epochs of a full training. */
  readonly epochs: number;
  /** Time of one epoch of the default configuration. */
  readonly secondsPerEpoch: number;
  /** Time for the search, summed over the workers. */
  readonly seconds: number;
  /** Number of training examples. */
  readonly examples: number;
}

/** The share of candidates that goes on, and the factor by which they train longer. */
export const ETA = 3;

/** Number of rounds of halving, and the largest number of candidates. */
const [ROUNDS, MOST_CANDIDATES] = [3, 81];
/** Number of seeds with which the last candidates are trained, to tell skill from luck. */
const SEEDS = 3;
/** A share of the training data has at least this many examples. */
const LEAST_EXAMPLES = 1000;

/** Number of candidates with which a search should be able to begin. */
const WANTED = ETA ** ROUNDS;

/**
 * Plans a search, all of whose rounds take the same time: the last ones train as long as a full training or, with less
 * time, so long that 27 candidates can begin, but at least one epoch. The plan is empty if the time does not suffice
 * for an epoch of three candidates.
 */
export function planRungs({ epochs, secondsPerEpoch, seconds, examples }: RungPlanOptions): RungPlan {
  const affordable = seconds / secondsPerEpoch;
  if (!(affordable >= ETA)) return { rungs: [], candidates: 0 };
  const perRound = affordable / (ROUNDS + SEEDS - 1);
  const most = Math.min(epochs, Math.max(1, perRound / (WANTED / ETA ** (ROUNDS - 1))));
  const levels = Array.from({ length: ROUNDS }, (_, i) => most / ETA ** (ROUNDS - 1 - i));
  const halving = levels.map((level) => rungOf(level, examples)).filter(({ epochs, share }, i, all) =>
    i === 0 || epochs * share > all[i - 1].epochs * all[i - 1].share
  );
  const last = halving.at(-1)!;
  const repeats = Array.from({ length: SEEDS - 1 }, (_, i) => ({ ...last, seed: i + 1 }));
  const candidates = Math.min(MOST_CANDIDATES, Math.max(2, Math.floor(perRound / levels[0])));
  return { rungs: [...halving, ...repeats], candidates };
}

/** Converts a number of epochs, which may be a fraction, into whole epochs on a share of the examples. */
function rungOf(level: number, examples: number): Rung {
  if (level >= 1) return { epochs: Math.round(level), share: 1, seed: 0 };
  return { epochs: 1, share: Math.min(1, Math.max(level, LEAST_EXAMPLES / examples)), seed: 0 };
}
