import type { Parameter } from "../../src/nn/mod.ts";
import type { LanguageNetwork } from "../language_modeling/mod.ts";
import type { ClassifierMember } from "./network.ts";

/**
 * Copies a language model's embeddings and recurrent weights into a classifier with the same cell, sizes and
 * vocabulary. A language model only reads forwards: in a bidirectional classifier, the backward layers and the weights
 * that take their outputs keep their initial values.
 */
export function startFromLanguageModel(network: ClassifierMember, source: LanguageNetwork): void {
  network.embedding.weight.assign(source.embedding.weight.toArray());
  const own = network.rnn.namedParameters();
  for (const [name, parameter] of source.rnn.namedParameters()) copyColumns(parameter, own.get(name)!);
}

/** Copies a parameter into one with the same number of rows and at least as many columns. */
function copyColumns(from: Parameter, to: Parameter): void {
  const [source, values] = [from.toArray(), to.toArray()];
  const width = from.size / from.shape[0];
  const pitch = to.size / to.shape[0];
  for (let row = 0; row < from.shape[0]; row++) {
    values.set(source.subarray(row * width, (row + 1) * width), row * pitch);
  }
  to.assign(values);
}
