import { InputRangeError } from "../../errors.ts";
import { affine, training } from "../../src/nn/mod.ts";
import { TokenTexts } from "../../tokenizers/token_texts.ts";
import type { StepGradient } from "../task_model/mod.ts";
import { endOfTextId } from "./end_of_text.ts";
import type { LanguageModel } from "./model.ts";

/** Maximum number of tokens of a text. */
const MOST_TOKENS = 10_000;

/**
 * Computes, for each token of a text but the last, the norm of the gradient of the last token's loss by the token's
 * embedding, without dropout. A document begins with the token that ends a text. Throws `RangeError` if there are fewer
 * than two tokens or more than 10,000.
 */
export function gradientFlow(model: LanguageModel, text: string): StepGradient[] {
  const { network, tokenizer } = model;
  const ids = idsOf(model, text);
  if (ids.length < 2 || ids.length > MOST_TOKENS) {
    throw new InputRangeError(
      `measure the gradient's flow: expected a text of 2 to ${MOST_TOKENS} tokens, found ${ids.length}`,
    );
  }
  const T = ids.length - 1;
  const targets = new Int32Array(T).fill(-1);
  targets[T - 1] = ids[T];
  const { engine } = network.embedding.weight;
  const gradients = training(() => {
    // The gradient of looked-up rows is not stored, that of their copy is.
    const embedded = affine(network.embedding.forward(ids.subarray(0, T), [T, 1]), 1, 0);
    const { output } = network.rnn.forward(embedded);
    network.decoder.loss(output, targets).backward();
    return embedded.gradients();
  }, { engine, dropout: false });
  for (const parameter of network.parameters()) parameter.zeroGradient();
  const width = gradients.length / T;
  const texts = new TokenTexts(tokenizer);
  return Array.from({ length: T }, (_, t) => ({
    token: texts.of(ids[t]),
    norm: Math.hypot(...gradients.subarray(t * width, (t + 1) * width)),
  }));
}

/** Encodes a text without end marks, so that its last token is the text's own. A document begins with the end token. */
function idsOf({ tokenizer, config: { endOfText } }: LanguageModel, text: string): Int32Array {
  const ids = tokenizer.encodePrompt(text);
  if (endOfText === null) return ids;
  return Int32Array.from([endOfTextId("measure the gradient's flow", tokenizer, endOfText), ...ids]);
}
