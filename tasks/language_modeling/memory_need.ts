import type { LanguageModelConfig } from "./config.ts";
import { countParameters } from "./network.ts";
import type { FitSettings } from "./settings.ts";

/** Bytes of the largest WebAssembly memory. */
const LIMIT = 2 ** 32;

/** Runs of floats that an optimizer keeps beside values and gradients. */
const MOMENTS: Record<FitSettings["optimizer"], number> = {
  sgd: 0,
  momentum: 1,
  nesterov: 1,
  adam: 2,
  adamw: 2,
  rmsprop: 1,
};

/** Floats that one token's activations and their gradients take, about. */
function activationFloats({ cell, vocabulary, embed, hidden, layers }: LanguageModelConfig): number {
  const perLayer = { rnn: 3, lstm: 9, gru: 7 }[cell] * hidden;
  return 2 * embed + layers * perLayer + 2 * vocabulary;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** Throws a RangeError, with the sizes, where a model, or training it, does not fit into the memory. */
export function refuseIfTooLarge(action: string, config: LanguageModelConfig, settings?: FitSettings): void {
  const parameters = countParameters(config);
  const kept = parameters * 4 * (settings ? 2 + MOMENTS[settings.optimizer] : 1);
  const activations = settings ? settings.batch * settings.bptt * activationFloats(config) * 4 : 0;
  if (kept + activations <= LIMIT) return;
  throw new RangeError(
    `${action}: expected at most ${gibibytes(LIMIT)}, found a need of ${gibibytes(kept)} for ${parameters} parameters` +
      (settings ? ` and ${gibibytes(activations)} for batch ${settings.batch} x bptt ${settings.bptt}` : ""),
  );
}
