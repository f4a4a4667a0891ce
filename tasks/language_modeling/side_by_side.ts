import { CarriedState } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { Continuation, randomSeed, readPrompt, stateToContinue, type TextGenerator } from "./continuation.ts";
import type { GenerateOptions, GenerationState } from "./generation_options.ts";
import type { Completion } from "./generation.ts";
import type { LanguageNetwork } from "./network.ts";
import { TokenStep } from "./token_step.ts";

/**
 * Continues several prompts side by side, one step for all of them at a time. Text i is what `complete(prompts[i], {
 * seed: seed + i })` returns: no text depends on the others. This holds exactly in WebAssembly; a native library may
 * round a batch differently.
 */
export async function completeAll(
  generator: TextGenerator,
  prompts: readonly string[],
  options: GenerateOptions,
): Promise<Completion[]> {
  const { network } = generator;
  const { signal } = options;
  const state = stateToContinue(generator, options);
  const seed = options.seed ?? randomSeed();
  if (prompts.length === 0) return [];
  const texts = prompts.map((prompt, i) => new Continuation(generator, prompt, options, seed + i));
  const step = new TokenStep(network, texts.length);
  const written = texts.map(() => "");
  const ends = new Map<number, GenerationState>();
  const noteEnds = (): void => {
    for (const [i, { isFinished, token }] of texts.entries()) {
      if (isFinished && !ends.has(i)) ends.set(i, { arrays: step.carried.toArrays(i), token });
    }
  };
  try {
    readPrompts(network, texts, step.carried, state);
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

/** Reads each prompt but its last id into that text's place in the states. */
function readPrompts(
  network: LanguageNetwork,
  texts: readonly Continuation[],
  states: CarriedState,
  start?: GenerationState,
): void {
  const own = CarriedState.zeros(network.rnn, 1);
  try {
    for (const [i, { prompt }] of texts.entries()) {
      if (start) own.restore(start.arrays);
      else own.clear();
      readPrompt(network, prompt, own);
      states.restore(own.toArrays(), i);
    }
  } finally {
    own[Symbol.dispose]();
  }
}
