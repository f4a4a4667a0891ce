import { refuseIfOverLimit } from "../../src/train/mod.ts";
import type { LanguageModelConfig } from "./config.ts";
import { countParameters } from "./network.ts";
import type { FitSettings } from "./settings.ts";

/** Floats that one token's activations and their gradients take, about. */
function activationFloats({ cell, vocabulary, embed, hidden, layers }: LanguageModelConfig): number {
  const perLayer = { rnn: 3, lstm: 9, gru: 7 }[cell] * hidden;
  return 2 * embed + layers * perLayer + 2 * vocabulary;
}

/** Throws a RangeError, with the sizes, where a model, or training it, does not fit into the memory. */
export function refuseIfTooLarge(action: string, config: LanguageModelConfig, settings?: FitSettings): void {
  const training = settings && {
    settings,
    activations: settings.batch * settings.bptt * activationFloats(config),
    step: `batch ${settings.batch} x bptt ${settings.bptt}`,
  };
  refuseIfOverLimit(action, countParameters(config), training);
}
