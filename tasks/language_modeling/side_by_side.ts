import { CarriedState } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { Continuation, promptIds, type PromptObserver, readPrompt } from "./continuation.ts";
import type { GenerateOptions, GenerationState } from "./generation_options.ts";
import { type GenerationPlan, planGeneration, type TextGenerator } from "./generation_plan.ts";
import type { Completion } from "./generation.ts";
import type { LanguageNetwork } from "./network.ts";
import { TokenStep } from "./token_step.ts";

/**
 * Continues several prompts side by side, one step for all of them at a time. Text i is what `complete(prompts[i], {
 * seed: seed + i })` returns: no text depends on the others. This holds exactly in WebAssembly; a native library may
 * round a batch differently. With `bestOf`, each text is the best of that many, whose seeds follow each other.
 */
export async function completeAll(
  generator: TextGenerator,
  prompts: readonly string[],
  options: GenerateOptions,
): Promise<Completion[]> {
  const plan = planGeneration(generator, options);
  if (prompts.length === 0) return [];
  const { seed, settings: { bestOf } } = plan;
  const ids = prompts.map((prompt) => promptIds(generator.tokenizer, prompt, plan));
  const repeated = ids.flatMap((own) => new Array<typeof own>(bestOf).fill(own));
  const texts = makeAll(repeated, (own, i) => new Continuation(generator, plan, own, seed + i));
  const all = await continueTexts(generator.network, texts, plan, options.signal);
  return prompts.map((_, i) => best(all.slice(i * bestOf, (i + 1) * bestOf)));
}

/** Makes something of each value; if one fails, frees the memory of those before it. */
function makeAll<T, D extends Disposable>(values: readonly T[], make: (value: T, index: number) => D): D[] {
  const made: D[] = [];
  try {
    for (const [i, value] of values.entries()) made.push(make(value, i));
    return made;
  } catch (error) {
    for (const own of made) own[Symbol.dispose]();
    throw error;
  }
}

/** Returns the text with the highest score, the first one if several are equal. */
function best(texts: readonly Completion[]): Completion {
  return texts.reduce((best, text) => text.score! > best.score! ? text : best);
}

async function continueTexts(
  network: LanguageNetwork,
  texts: readonly Continuation[],
  { state }: GenerationPlan,
  signal?: AbortSignal,
): Promise<Completion[]> {
  const step = new TokenStep(network, texts.length);
  const written = texts.map(() => "");
  const ends = new Map<number, GenerationState>();
  const noteEnds = (): void => {
    for (const [i, text] of texts.entries()) {
      if (text.isFinished && !ends.has(i)) ends.set(i, text.stateAt(step.carried.toArrays(i)));
    }
  };
  try {
    readPrompts(network, texts, step.carried, state);
    const breather = new Breather();
    for (noteEnds(); ends.size < texts.length; noteEnds()) {
      signal?.throwIfAborted();
      for (const [i, text] of texts.entries()) step.ids[i] = text.token;
      for (const [i, logits] of step.run().entries()) {
        if (!texts[i].isFinished) written[i] += texts[i].choose(logits, () => step.hidden(i));
      }
      await breather.breathe();
    }
  } finally {
    for (const own of [step, ...texts]) own[Symbol.dispose]();
  }
  return texts.map((text, i) => completionOf(text, written[i], ends.get(i)!));
}

/** Returns what a continuation that has ended gives: `written` and what it still holds back. */
export function completionOf(ended: Continuation, written: string, state: GenerationState): Completion {
  const { tokens, finishReason, seed, logprobs, score } = ended;
  return {
    text: written + ended.flush(),
    tokens,
    finishReason: finishReason!,
    seed,
    ...logprobs === undefined ? {} : { logprobs },
    ...score === undefined ? {} : { score },
    state,
  };
}

/** Reads each prompt but its last id into that text's place in the states; equal prompts in a row are read once. */
function readPrompts(
  network: LanguageNetwork,
  texts: readonly Continuation[],
  states: CarriedState,
  start?: GenerationState,
): void {
  const own = CarriedState.zeros(network.rnn, 1);
  let parts: Parameters<PromptObserver>[] = [];
  const hold: PromptObserver = (...part) => parts.push(part);
  try {
    for (const [i, { prompt, observe }] of texts.entries()) {
      if (i === 0 || !isEqual(prompt, texts[i - 1].prompt)) {
        if (start) own.restore(start.arrays);
        else own.clear();
        parts = [];
        readPrompt(network, prompt, own, observe && hold);
      }
      for (const part of parts) observe?.(...part);
      states.restore(own.toArrays(), i);
    }
  } finally {
    own[Symbol.dispose]();
  }
}

/** Whether two prompts have the same ids. */
export function isEqual(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
