import type { TrainSettings } from "./settings.ts";

/** Bytes of the largest WebAssembly memory. */
const LIMIT = 2 ** 32;

/** Runs of floats that an optimizer keeps beside values and gradients. */
const MOMENTS: Record<TrainSettings["optimizer"], number> = {
  sgd: 0,
  momentum: 1,
  nesterov: 1,
  adam: 2,
  adamw: 2,
  rmsprop: 1,
};

/** What training needs besides parameters. */
export interface TrainingNeed {
  /** How it trains. */
  readonly settings: TrainSettings;
  /** Floats of a step's activations and their gradients, about. */
  readonly activations: number;
  /** What a step is, in words: `batch 32 x bptt 64`. */
  readonly step: string;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** Throws a RangeError, with the sizes, where so many parameters, or training them, do not fit into the memory. */
export function refuseIfOverLimit(action: string, parameters: number, training?: TrainingNeed): void {
  const { optimizer, averaging } = training?.settings ?? {};
  const runs = optimizer ? 2 + MOMENTS[optimizer] + (averaging === null ? 0 : 1) : 1;
  const kept = parameters * 4 * runs;
  const activations = (training?.activations ?? 0) * 4;
  if (kept + activations <= LIMIT) return;
  throw new RangeError(
    `${action}: expected at most ${gibibytes(LIMIT)}, found a need of ${gibibytes(kept)} for ${parameters} parameters` +
      (training ? ` and ${gibibytes(activations)} for ${training.step}` : ""),
  );
}
