/**
 * Compares a training step of the Multi30k translator in docs/benchmarks.md with the same model in PyTorch, on the same
 * batch and from the same weights, one after the other and round by round, on an otherwise idle machine: `deno task
 * bench:translation-step --python PATH [--rounds N]` writes results/translation_step.json and
 * results/translation_step.md after each round. Each measurement runs in its own process. `deno task bench:environment`
 * installs the PyTorch.
 * @module
 */
import { CharTokenizer, type Engine, type SentencePair, Translator } from "../mod.ts";
import { padPairs } from "../tasks/translation/batches.ts";
import { evaluatePairs } from "../tasks/translation/learning.ts";
import { medianStep, runStepBench, type StepBench } from "./peers/step_command.ts";
import type { StepMeasurement } from "./peers/step_comparison.ts";
import { format } from "./support.ts";
import { CHOSEN } from "./translation/recipes.ts";

/** About as many pairs as a batch of 1,000 tokens has, with lengths typical of English and German captions. */
const SENTENCES = 64;
const [STEPS, WARM_UP] = [15, 5];
const FIRST_CHARACTER = 0x4e00;

/** Returns `count` distinct characters, used as tokens. */
function characters(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String.fromCodePoint(FIRST_CHARACTER + i));
}

/** Returns pairs of arbitrary tokens: 11 to 16 on one side, 13 or 14 on the other. */
function makePairs(): SentencePair[] {
  const tokens = characters(CHOSEN.vocabSize);
  const text = (row: number, length: number): string =>
    Array.from({ length }, (_, i) => tokens[(row * 7919 + i * 104729) % tokens.length]).join("");
  return Array.from({ length: SENTENCES }, (_, i) => ({
    source: text(2 * i, 11 + i % 6),
    target: text(2 * i + 1, 13 + i % 2),
  }));
}

/** Writes the model and the batch that all peers read. Returns the number of tokens on both sides of a step. */
async function prepare(folder: string): Promise<number> {
  const sourceTokenizer = CharTokenizer.train(characters(CHOSEN.vocabSize).join(""));
  const model = Translator.create({ sourceTokenizer, ...CHOSEN.model });
  await model.save(folder);
  const pairs = model.encode(makePairs());
  const places = Int32Array.from(pairs.sources, (_, i) => i);
  const { source, input, expected, steps } = padPairs(pairs, places, model.config.targetVocabSize - 1);
  const plain = ({ ids, lengths }: { ids: Int32Array; lengths: Int32Array }): object => ({
    ids: [...ids],
    lengths: [...lengths],
  });
  const batch = { source: plain(source), input: plain(input), expected: [...expected], steps: [...steps] };
  await Deno.writeTextFile(`${folder}/batch.json`, JSON.stringify(batch));
  return expected.length + source.lengths.reduce((sum, length) => sum + length, 0);
}

/** Measures a training step with the settings of `fit`. */
async function measure(folder: string, engine: Engine): Promise<StepMeasurement> {
  const model = await Translator.load(folder, { engine });
  const train = makePairs();
  const { loss } = await evaluatePairs([model.network], model.encode(train), {
    boundary: model.config.targetVocabSize - 1,
  });
  const { learningRate, labelSmoothing } = CHOSEN.fit as { learningRate: number; labelSmoothing: number };
  const settings = {
    epochs: STEPS,
    batchTokens: 32 * SENTENCES,
    learningRate,
    labelSmoothing,
    schedule: "constant",
  } as const;
  const training = model.fit({ train }, { ...settings, averaging: null });
  return { milliseconds: await medianStep(training, WARM_UP), loss };
}

const BENCH: StepBench = {
  name: "bench:translation-step",
  summary: "Compare a translator's training step with PyTorch's.",
  noun: "translator",
  results: "translation_step",
  elman: "translation_step.ts",
  pytorch: "pytorch_translation.py",
  targets: { webAssembly: 0.38, native: 1.35, bf16: 1.4 },
  unit: "tokens",
  title: "A training step of a translator",
  optimizer: "Adam",
  prepare,
  measure,
  step: (tokens) =>
    `A step consists of the forward and backward pass, clipping and Adam on ${SENTENCES} pairs with ` +
    `${format(tokens)} tokens. The model \`${JSON.stringify(CHOSEN.model)}\` has a vocabulary of ` +
    `${format(CHOSEN.vocabSize)} tokens.`,
};

if (import.meta.main) Deno.exit(await runStepBench(BENCH, Deno.args));
