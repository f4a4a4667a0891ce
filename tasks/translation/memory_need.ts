import { refuseIfOverLimit } from "../../src/train/mod.ts";
import type { TranslationConfig } from "./config.ts";
import type { TranslationFitSettings } from "./settings.ts";

/** Gates of each cell, and floats that a state's activations and their gradients take for each hidden unit, about. */
const CELLS = { rnn: { gates: 1, floats: 3 }, lstm: { gates: 4, floats: 9 }, gru: { gates: 3, floats: 7 } } as const;

/** Parameters of a network with this configuration. */
export function countParameters(config: TranslationConfig): number {
  const { cell, sourceVocabulary, targetVocabulary, embed, hidden, encoderHidden, layers } = config;
  const { gates } = CELLS[cell];
  const memory = 2 * encoderHidden;
  const recurrent = (input: number, size: number): number => gates * size * (input + size + 2);
  let count = embed * (config.shared ? sourceVocabulary : sourceVocabulary + targetVocabulary);
  for (let layer = 0; layer < layers; layer++) {
    count += 2 * recurrent(layer === 0 ? embed : memory, encoderHidden);
    count += recurrent(layer > 0 ? hidden : embed * (config.inputFeeding ? 2 : 1), hidden);
  }
  if (config.bridge === "dense") count += layers * (cell === "lstm" ? 2 : 1) * hidden * (memory + 1);
  count += attentionParameters(config, memory);
  const context = config.attention === "none" ? 0 : config.attention === "multihead" ? hidden : memory;
  count += embed * (hidden + context + 1);
  return count + targetVocabulary * ((config.tied ? 0 : embed) + 1);
}

function attentionParameters({ attention, hidden }: TranslationConfig, memory: number): number {
  if (attention === "general") return hidden * memory;
  if (attention === "additive") return hidden * (hidden + memory + 2);
  return attention === "multihead" ? hidden * (2 * hidden + 2 * memory + 3) : 0;
}

/** Floats that one symbol's activations and their gradients take, about. */
function activationFloats({ cell, targetVocabulary, embed, hidden, encoderHidden, layers }: TranslationConfig): number {
  const states = layers * CELLS[cell].floats * (2 * encoderHidden + hidden);
  return 2 * targetVocabulary + 12 * embed + states + 8 * (hidden + encoderHidden);
}

/** Throws a RangeError, with the sizes, where a translator, or training it, does not fit into the memory. */
export function refuseIfTooLarge(action: string, config: TranslationConfig, settings?: TranslationFitSettings): void {
  const need = settings && {
    settings,
    // Without merges sentences are longer: about by this.
    activations: settings.batchTokens * (1 + 2 * settings.mergeDropout) * activationFloats(config),
    step: `batches of ${settings.batchTokens} symbols`,
  };
  refuseIfOverLimit(action, countParameters(config), need);
}
