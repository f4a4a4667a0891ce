import { refuseIfOverLimit } from "../../src/train/mod.ts";
import type { SentimentConfig } from "./config.ts";
import type { SentimentFitSettings } from "./settings.ts";

/** Gates of each cell, and floats that a state's activations and their gradients take for each hidden unit, about. */
const CELLS = { rnn: { gates: 1, floats: 3 }, lstm: { gates: 4, floats: 9 }, gru: { gates: 3, floats: 7 } } as const;

/** Parameters of a network with this configuration. */
export function countParameters(config: SentimentConfig): number {
  const { cell, vocabulary, embed, hidden, layers, bidirectional, pooling, labels, members } = config;
  const { gates } = CELLS[cell];
  const directions = bidirectional ? 2 : 1;
  const width = directions * hidden;
  let count = vocabulary * embed;
  for (let layer = 0; layer < layers; layer++) {
    count += directions * gates * hidden * ((layer === 0 ? embed : width) + hidden + 2);
  }
  if (pooling === "attention" || pooling === "concat") count += width * width + 2 * width;
  count += labels.length * (width * (pooling === "concat" ? 4 : 1) + 1);
  return members * count;
}

/** Floats that one token's activations and their gradients take, about. */
function activationFloats({ cell, embed, hidden, layers, bidirectional, members }: SentimentConfig): number {
  const width = (bidirectional ? 2 : 1) * hidden;
  return members * (6 * embed + layers * CELLS[cell].floats * width + 8 * width);
}

/** Throws a RangeError, with the sizes, where a classifier, or training it on texts of at most `longest` tokens, does not fit into the memory. */
export function refuseIfTooLarge(
  action: string,
  config: SentimentConfig,
  training?: { readonly settings: SentimentFitSettings; readonly longest: number },
): void {
  const need = training && {
    settings: training.settings,
    activations: Math.min(training.settings.batch * training.longest, 2 ** 14) * activationFloats(config) *
      (training.settings.adversarial > 0 ? 2 : 1),
    step: `batches of ${training.settings.batch} texts of up to ${training.longest} tokens`,
  };
  refuseIfOverLimit(action, countParameters(config), need);
}
