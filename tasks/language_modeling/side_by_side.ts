import { Breather } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { CarriedState, joinStates, type StateArrays, takeState } from "./carried_state.ts";
import { Continuation, type GenerateOptions, type GenerationState, randomSeed, readPrompt } from "./continuation.ts";
import type { Completion } from "./generation.ts";
import type { LanguageNetwork } from "./network.ts";
import { TokenStep } from "./token_step.ts";

/**
 * Continues several prompts side by side, one step for all of them at a time. Text i is what `complete(prompts[i], { seed: seed + i })`
 * gives: no text depends on the others (in WebAssembly:
 * a native library may round a batch differently).
 */
export async function completeAll(
  network: LanguageNetwork,
  tokenizer: Tokenizer,
  prompts: readonly string[],
  options: GenerateOptions,
): Promise<Completion[]> {
  const { signal, state, seed = randomSeed() } = options;
  if (prompts.length === 0) return [];
  const texts = prompts.map((prompt, i) => new Continuation(network, tokenizer, prompt, options, seed + i));
  const { layers } = network.rnn;
  const step = new TokenStep(network, texts.length);
  const written = texts.map(() => "");
  const ends = new Map<number, GenerationState>();
  const noteEnds = (): void => {
    const ended = [...texts.keys()].filter((i) => texts[i].isFinished && !ends.has(i));
    if (ended.length === 0) return;
    const arrays = step.carried.toArrays();
    for (const i of ended) {
      ends.set(i, { arrays: takeState(arrays, layers, texts.length, i), token: texts[i].token });
    }
  };
  try {
    step.carried.restore(joinStates(texts.map(({ prompt }) => stateAfter(network, prompt, state)), layers));
    const breather = new Breather();
    for (noteEnds(); ends.size < texts.length; noteEnds()) {
      signal?.throwIfAborted();
      for (const [i, text] of texts.entries()) step.ids[i] = text.token;
      for (const [i, logits] of step.run().entries()) {
        if (!texts[i].isFinished) written[i] += texts[i].choose(logits);
      }
      await breather.breathe();
    }
  } finally {
    step[Symbol.dispose]();
  }
  return texts.map((text, i) => ({ text: written[i] + text.flush(), tokens: text.tokens, state: ends.get(i)! }));
}

/** The state after all of a text's ids but the last. */
function stateAfter(network: LanguageNetwork, ids: Int32Array, start?: GenerationState): StateArrays {
  const carried = new CarriedState(network.embedding.weight.engine, network.rnn, 1);
  try {
    if (start) carried.restore(start.arrays);
    readPrompt(network, ids, carried);
    return carried.toArrays();
  } finally {
    carried[Symbol.dispose]();
  }
}
