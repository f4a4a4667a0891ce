import { Engine } from "../../../src/nn/mod.ts";
import type { RunOptions } from "../../../src/train/mod.ts";
import { type Command, UsageError, type Values } from "../../arguments/mod.ts";
import { describeEngine, startEngine } from "../../engine_options.ts";
import { INTERRUPTED, jsonLine } from "../../terminal/mod.ts";
import {
  compareOptions,
  definedOnly,
  FIT_SETTINGS,
  freshDirectory,
  refuseOtherSettings,
  RUN_OPTIONS,
  type RunFigures,
  settingsOf,
  TrainingRun,
} from "../../training/mod.ts";
import type { Corpus } from "../../../tasks/language_modeling/corpus.ts";
import type { EpochEvent, FitEvent } from "../../../tasks/language_modeling/learning.ts";
import {
  type FitOptions,
  LanguageModel,
  loadCheckpoint,
  type TextEvaluation,
} from "../../../tasks/language_modeling/model.ts";
import { PRESETS } from "../../../tasks/language_modeling/presets.ts";
import type { FitSettings } from "../../../tasks/language_modeling/settings.ts";
import type { TokenIds } from "../../../tasks/language_modeling/token_ids.ts";
import {
  type DataOptions,
  encodeTexts,
  isKind,
  readCorpus,
  TOKENIZERS,
  trainTokenizer,
} from "../../../tasks/language_modeling/training_data.ts";
import { DATA_OPTIONS, LM_FIT_OPTIONS, MODEL_OPTIONS } from "./model_options.ts";

const OPTIONS = { ...DATA_OPTIONS, ...MODEL_OPTIONS, ...LM_FIT_OPTIONS, ...RUN_OPTIONS };

type TrainValues = Values<typeof OPTIONS>;

/** What a run is asked to do, and what `--resume` must find again: kept in the checkpoint's notes. */
interface Plan {
  readonly data: DataOptions;
  readonly model: Readonly<Record<string, unknown>>;
}

/** A model and all that its training needs. */
interface Run {
  readonly model: LanguageModel;
  readonly corpus: Corpus<TokenIds>;
  readonly directory: string;
  readonly fit: FitOptions;
  readonly steps: number;
}

/** Trains a language model, or continues to. */
export const trainCommand: Command<typeof OPTIONS> = {
  name: "train-lm",
  summary: "train a recurrent language model on a text, and keep it in a directory",
  options: OPTIONS,
  run: async (given) => {
    startEngine(given);
    const run = given.resume === undefined ? await startRun(given) : await resumeRun(given, given.resume);
    return await train(run, given);
  },
};

/** The library's names of the options that say how to train. */
const SETTINGS = { ...FIT_SETTINGS, bptt: "bptt" } as const;

/** Characters that take seconds to prepare. */
const LONG = 2 ** 25;

function dataOptions(values: TrainValues): DataOptions {
  const { data, valid, test, tokenizer = "char" } = values;
  if (data === undefined && (valid ?? test) !== undefined) {
    throw new UsageError("--valid and --test: expected --data beside them, found none");
  }
  for (const [file, fraction] of [["valid", "valid-fraction"], ["test", "test-fraction"]] as const) {
    if (values[file] !== undefined && values[fraction] !== undefined) {
      throw new UsageError(`--${fraction}: expected it or --${file}, found both`);
    }
  }
  refuseOtherVocabulary(values, tokenizer);
  return {
    data,
    valid,
    test,
    validFraction: values["valid-fraction"],
    testFraction: values["test-fraction"],
    tokenizer,
  };
}

/** Which kinds of tokenizer each option of the vocabulary is for. */
const VOCABULARY_OPTIONS = {
  "min-count": ["char", "word", "bpe", "wordpiece"],
  "max-vocab": ["char", "word"],
  "vocab-size": ["bpe", "wordpiece", "unigram"],
} as const;

function refuseOtherVocabulary(values: TrainValues, tokenizer: string): void {
  if (!isKind(tokenizer) && !/[./\\]/.test(tokenizer)) {
    throw new UsageError(
      `--tokenizer: expected ${TOKENIZERS.join(", ")} or a file, found ${JSON.stringify(tokenizer)}`,
    );
  }
  for (const [option, kinds] of Object.entries(VOCABULARY_OPTIONS)) {
    if (values[option as keyof TrainValues] === undefined || kinds.some((kind) => kind === tokenizer)) continue;
    throw new UsageError(`--${option}: expected --tokenizer ${kinds.join(", ")} beside it, found ${tokenizer}`);
  }
}

function modelOptions(values: TrainValues): Readonly<Record<string, unknown>> {
  const names = [
    "cell",
    "embed",
    "hidden",
    "layers",
    "dropout",
    "tie",
    "init-range",
    "min-count",
    "max-vocab",
    "vocab-size",
  ] as const;
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

/** The options with those of the preset, which is `demo` where no data are named: two minutes with the Brown corpus. */
function withPreset(given: TrainValues): TrainValues {
  const preset = given.preset ?? (given.data === undefined && given.resume === undefined ? "demo" : undefined);
  return preset === undefined ? given : { ...PRESETS[preset] as TrainValues, ...given };
}

/** A new run: text, vocabulary, model, and a directory to keep it in. */
async function startRun(given: TrainValues): Promise<Run> {
  const values = withPreset(given);
  const data = dataOptions(values);
  const texts = await readCorpus(data);
  announce(values, texts.train);
  const tokenizer = await trainTokenizer(data.tokenizer, texts, {
    minCount: values["min-count"],
    maxVocabulary: values["max-vocab"],
    vocabSize: values["vocab-size"],
  });
  const { cell = "lstm", hidden = 256, tie = false } = values;
  const model = LanguageModel.create({
    tokenizer,
    cell,
    hidden,
    tie,
    embed: values.embed ?? (tie ? hidden : 64),
    layers: values.layers,
    dropout: values.dropout,
    initRange: values["init-range"],
    seed: values.seed,
  });
  const plan: Plan = { data, model: { ...modelOptions(values), ...model.config } };
  const directory = values.out ?? await freshDirectory(data.data, cell, "brown");
  const fit: FitOptions = { epochs: 10, ...settingsOf(values, SETTINGS), notes: { plan } };
  const corpus = await encodeTexts(texts, tokenizer);
  model.checkFit(corpus, fit);
  return { model, corpus, directory, fit, steps: 0 };
}

/** The run that a directory keeps. Throws a UsageError where an option differs from the run's. */
async function resumeRun(given: TrainValues, directory: string): Promise<Run> {
  if (given.out !== undefined && given.out !== directory) {
    throw new UsageError(`--out: expected none with --resume, which goes on in its own directory, found ${given.out}`);
  }
  const checkpoint = await loadCheckpoint(directory);
  const plan = checkpoint.notes.plan as Plan | undefined;
  if (!plan?.data) {
    throw new RangeError(`resume ${directory}: expected a run of train-lm, found one of another program`);
  }
  refuseOtherPlan(given, plan, checkpoint.settings);
  const model = await LanguageModel.load(directory);
  const data = { ...plan.data, ...definedOnly({ data: given.data, valid: given.valid, test: given.test }) };
  const texts = await readCorpus(data);
  announce(given, texts.train);
  const corpus = await encodeTexts(texts, model.tokenizer);
  const fit = { ...settingsOf(given, SETTINGS), checkpoint };
  return { model, corpus, directory, fit, steps: checkpoint.snapshot.progress.step };
}

/** Says that a long text takes a while. */
function announce({ json, quiet }: TrainValues, { length }: { readonly length: number }): void {
  if (length < LONG || json || quiet) return;
  console.error(
    `Preparing ${length.toLocaleString("en")} characters; this takes some seconds for every hundred million.`,
  );
}

/** Texts may have moved, and are compared by their contents; all else must be the same. */
function refuseOtherPlan(given: TrainValues, plan: Plan, settings: FitSettings): void {
  const values = withPreset(given);
  compareOptions(modelOptions(values), plan.model);
  refuseOtherSettings(values, SETTINGS, settings);
  const { tokenizer, validFraction = 0.1, testFraction = 0 } = plan.data;
  const { tokenizer: kind, "valid-fraction": valid, "test-fraction": test } = values;
  compareOptions(
    { tokenizer: kind, "valid-fraction": valid, "test-fraction": test },
    { tokenizer, "valid-fraction": validFraction, "test-fraction": testFraction },
  );
}

const REPORT = {
  line: ({ validLoss, perplexity }: EpochEvent): string =>
    validLoss === null ? "" : `, validation loss ${validLoss.toFixed(4)} (perplexity ${perplexity?.toFixed(2)})`,
  fields: ({ validLoss, perplexity }: EpochEvent) => ({ valid_loss: validLoss, perplexity }),
};

/** Trains, and tells of it. Returns the exit code. */
async function train({ model, corpus, directory, fit, steps }: Run, values: TrainValues): Promise<number> {
  const run = new TrainingRun({ command: "train-lm", directory, steps: fit.checkpoint && steps, values });
  await run.begin(introduce(model, corpus.train.characters));
  const best = fit.checkpoint?.snapshot.best?.measured;
  let validLoss = best ? ("score" in best ? best.score : best.loss) : null;
  const events = async function* (options: RunOptions): AsyncGenerator<FitEvent> {
    for await (const event of model.fit(corpus, { ...fit, ...options })) {
      if (event.event === "epoch" && event.validLoss !== null) {
        validLoss = Math.min(event.validLoss, validLoss ?? Infinity);
      }
      yield event;
    }
  };
  if (!await run.train(events, REPORT)) return INTERRUPTED;
  const test = corpus.test === undefined ? undefined : await model.evaluate(corpus.test);
  if (values.json) reportDone(run.figures(), validLoss, test?.loss ?? null, directory);
  else if (!values.quiet) await conclude(run, model, validLoss, test, directory);
  return 0;
}

function introduce({ config, network }: LanguageModel, characters: number): string {
  const count = network.parameters().reduce((sum, { size }) => sum + size, 0);
  const { cell, embed, hidden, layers, vocabulary } = config;
  return `${cell} ${layers} x ${hidden}, embedding ${embed}, ${vocabulary} symbols, ${count.toLocaleString("en")} ` +
    `parameters, on ${characters.toLocaleString("en")} characters (${describeEngine(Engine.default())}).`;
}

function reportDone(
  { step, tokensPerSecond, peak }: RunFigures,
  validLoss: number | null,
  testLoss: number | null,
  directory: string,
): void {
  const loss = validLoss ?? testLoss;
  jsonLine({
    event: "done",
    steps: step,
    valid_loss: validLoss,
    test_loss: testLoss,
    perplexity: loss === null ? null : Math.exp(loss),
    tokens_per_second: tokensPerSecond,
    peak_rss_mib: peak,
    model: directory,
  });
}

/** Says how good the kept model is, and shows what it writes. */
async function conclude(
  run: TrainingRun,
  model: LanguageModel,
  validLoss: number | null,
  test: TextEvaluation | undefined,
  directory: string,
): Promise<void> {
  run.conclude();
  if (validLoss !== null) {
    run.say(`Validation perplexity ${Math.exp(validLoss).toFixed(3)} (loss ${validLoss.toFixed(4)}).`);
  }
  if (test) run.say(`Test perplexity ${test.perplexity.toFixed(3)} (loss ${test.loss.toFixed(4)}).`);
  const sample = await model.complete("", { maxTokens: 300, temperature: 0.8, seed: 1 });
  run.say(`\nThe model writes:\n\n${sample.text.trim()}\n`);
  run.say(`To read more of it: deno task generate --model ${directory}`);
}
