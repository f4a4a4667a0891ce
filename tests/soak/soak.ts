// Uses models for minutes the way that careless programs do: iterators that are never finished, fits that fail or are
// left, models and engines that are dropped without being disposed of.

import { CharTokenizer, Classifier, LanguageModel, Translator } from "../../mod.ts";
import { Engine } from "../../src/nn/mod.ts";
import { collectGarbage } from "../support/collect_garbage.ts";
import { babble } from "../support/command.ts";

/** The memory in use at a moment, in bytes. */
export interface Use {
  /** Rounds of use before it. */
  readonly rounds: number;
  /** The parameters and states that the engine keeps. */
  readonly engine: number;
  /** JavaScript's objects. */
  readonly heap: number;
  /** The whole process. */
  readonly process: number;
}

const TEXT = babble(1500);
const LETTERS = CharTokenizer.train(TEXT.toLowerCase());
const TEXTS = Array.from({ length: 20 }, (_, i) => ({ text: TEXT.slice(i * 9, i * 9 + 40), label: i % 2 ? "a" : "b" }));
const PAIRS = TEXTS.map(({ text }) => ({ source: text, target: text.slice(5, 25) }));

/** How long to use models: some minutes, or a number of rounds. */
export type Length = { readonly minutes: number } | { readonly rounds: number };

/** Uses models for some time and measures the memory `samples` times, at equal distances. */
export async function soak(length: Length, samples: number): Promise<Use[]> {
  const uses: Use[] = [];
  let rounds = 0;
  const start = performance.now();
  const share = (): number =>
    "rounds" in length ? rounds / length.rounds : (performance.now() - start) / (length.minutes * 60_000);
  for (let sample = 1; sample <= samples; sample++) {
    do await round(rounds++); while (share() < sample / samples);
    await collectGarbage();
    const { heapUsed, rss } = Deno.memoryUsage();
    uses.push({ rounds, engine: Engine.default().keptBytes, heap: heapUsed, process: rss });
  }
  return uses;
}

/** Makes, uses and drops models of all tasks. */
async function round(seed: number): Promise<void> {
  const lm = LanguageModel.create({ tokenizer: LETTERS, hidden: 24, seed });
  const classifier = Classifier.create({ tokenizer: LETTERS, labels: ["a", "b"], hidden: 12, embed: 8, seed });
  const translator = Translator.create({ sourceTokenizer: LETTERS, hidden: 12, embed: 8, seed });
  for (let i = 0; i < 8; i++) {
    const iterator = lm.generate("the ", { maxTokens: 50, seed: i })[Symbol.asyncIterator]();
    await iterator.next();
  }
  await failedFits(lm, classifier, translator);
  await leftFit(lm);
  await lm.complete("the ", { maxTokens: 20, seed });
  await classifier.classify(["the cat", "a dog"]);
  await translator.translate(["the cat"], { beam: 2 });
  LanguageModel.fromBytes(lm.toBytes());
  if (seed % 20 === 0) {
    await LanguageModel.create({ tokenizer: LETTERS, hidden: 8, engine: new Engine() }).complete("the", {
      maxTokens: 3,
    });
  }
}

/** Begins fits whose data or settings are refused. */
async function failedFits(lm: LanguageModel, classifier: Classifier, translator: Translator): Promise<void> {
  const fits = [
    () => lm.fit({ train: TEXT, valid: "" }, { epochs: 1 }),
    () => lm.fit({ train: TEXT, valid: TEXT }, { epochs: -1 }),
    () => classifier.fit({ train: [], valid: TEXTS }, { epochs: 1 }),
    () => translator.fit({ train: PAIRS, valid: [] }, { epochs: 1, batchTokens: 1 }),
    () => lm.fit({ train: TEXT, valid: TEXT }, { epochs: 1, learningRate: 1e30, maxSteps: 6 }),
  ];
  for (const fit of fits) {
    try {
      await fit();
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    }
  }
}

/** Leaves a fit after two events. */
async function leftFit(lm: LanguageModel): Promise<void> {
  let events = 0;
  for await (const _ of lm.fit({ train: TEXT, valid: TEXT.slice(0, 200) }, { epochs: 1, batch: 4, bptt: 16 })) {
    if (++events === 2) break;
  }
}
