import { InputRangeError } from "../../errors.ts";
import type { Parameter } from "../../src/nn/mod.ts";
import { isExtensionOf } from "../../tokenizers/extend.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { copyParameters } from "../task_model/inherit.ts";
import type { LanguageNetwork } from "./network.ts";

/** Throws `RangeError` if a tokenizer does not give a model's symbols the ids that they have in the model. */
export function expectExtension(action: string, tokenizer: Tokenizer, source: Tokenizer): void {
  if (isExtensionOf(tokenizer, source)) return;
  throw new InputRangeError(`${action}: expected the model's tokenizer or one that extends it, found another`);
}

/**
 * Copies the weights of a model into one whose vocabulary has all of its symbols and perhaps more after them. Each new
 * symbol gets the mean of the old embeddings, output weights and biases: its logit is the mean of theirs, so that it is
 * at most as likely as an old symbol is on average.
 */
export function copyWithNewSymbols(to: LanguageNetwork, from: LanguageNetwork): void {
  const added = to.embedding.weight.shape[0] - from.embedding.weight.shape[0];
  copyParameters(to, from, (source, own, name) => {
    const rows = own.shape[0] - source.shape[0];
    if (![0, added].includes(rows) || `${own.shape.slice(1)}` !== `${source.shape.slice(1)}`) {
      throw new InputRangeError(
        `start a language model: expected ${name} [${source.shape}], with ${added} more rows at most, found [${own.shape}]`,
      );
    }
    copyRows(source, own);
  });
}

/** Copies the rows of a parameter into the first ones of another; the others get their mean. */
function copyRows(from: Parameter, to: Parameter): void {
  const [rows, width] = [from.shape[0], from.size / from.shape[0]];
  const values = to.toArray();
  const source = from.toArray();
  values.set(source);
  const mean = new Float64Array(width);
  for (let i = 0; i < source.length; i++) mean[i % width] += source[i] / rows;
  for (let at = source.length; at < values.length; at += width) values.set(mean, at);
  to.assign(values);
}
