import type { RunOptions } from "../../../src/train/mod.ts";
import { type Command, UsageError, type Values } from "../../arguments/mod.ts";
import { INTERRUPTED } from "../../terminal/mod.ts";
import { startEngine } from "../../engine_options.ts";
import {
  compareOptions,
  definedOnly,
  freshDirectory,
  refuseOtherSettings,
  settingsOf,
  TrainingRun,
  usualValues,
} from "../../training/mod.ts";
import type { SentimentFitEvent } from "../../../tasks/classification/learning.ts";
import { loadSentimentCheckpoint, SentimentClassifier } from "../../../tasks/classification/model.ts";
import type { SentimentFitOptions } from "../../../tasks/classification/options.ts";
import type { SentimentFitSettings } from "../../../tasks/classification/settings.ts";
import { type DataPlan, readData, truncationWarning } from "./data.ts";
import { isKind, makeModel } from "./make_model.ts";
import { conclude, EPOCH_REPORT, introduce, type Introduced, reportDone } from "./report.ts";
import { defaultValues, READING, SETTINGS, TOKENIZERS, TRAIN_OPTIONS } from "./train_options.ts";

type TrainValues = Values<typeof TRAIN_OPTIONS>;

/** What a run is asked to do, and what `--resume` must find again: kept in the checkpoint's notes. */
interface Plan {
  readonly data: DataPlan;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A classifier and all that its training needs. */
interface SentimentRun extends Introduced {
  readonly directory: string;
  readonly fit: SentimentFitOptions;
  /** Steps that were taken before; none for a new run. */
  readonly steps?: number;
}

/** Trains a classifier, or continues to. */
export const trainSentimentCommand: Command<typeof TRAIN_OPTIONS> = {
  name: "train-sentiment",
  summary: "train a recurrent classifier on labelled texts, and keep it in a directory",
  options: TRAIN_OPTIONS,
  run: async (given) => {
    startEngine(given);
    const run = given.resume === undefined ? await startRun(given) : await resumeRun(given, given.resume);
    return await train(run, given);
  },
};

/** What suits the generated reviews: half a minute on an ordinary computer. */
const DEMO = {
  ...{ epochs: 10, lr: 0.003, batch: 50, hidden: 64, embed: 64 },
  ...{ "word-dropout": 0, "embed-dropout": 0, adversarial: 0, averaging: 0.99, "label-smoothing": 0 },
} as const;

/** Options that only make sense where nothing is taken over from a language model. */
const OWN_SHAPE = ["cell", "embed", "hidden", "layers", "tokenizer", "min-count", "max-vocab", "vocab-size", "vectors"];

function withDefaults(given: TrainValues): TrainValues {
  const fromModel = given["init-from"] !== undefined;
  return {
    ...defaultValues(given.vectors === undefined ? "scratch" : "vectors"),
    ...(given.data === undefined && !fromModel ? DEMO : {}),
    ...(fromModel ? { "unfreeze-every": 1, "layer-decay": 1 / 2.6 } : {}),
    // What an optimizer's rate should be only it knows.
    ...(given.optimizer === undefined ? {} : { lr: undefined }),
    ...given,
  };
}

/** A new run: texts, vocabulary, model, and a directory to keep it in. */
async function startRun(given: TrainValues): Promise<SentimentRun> {
  refuseContradictions(given);
  const values = withDefaults(given);
  const plan = dataPlan(values);
  const data = await readData(plan);
  const { model, covered } = await makeModel(values, data.corpus.train);
  const notes: { plan: Plan } = { plan: { data: plan, options: optionsOf(values) } };
  const fit: SentimentFitOptions = { ...settingsOf(values, SETTINGS), notes: { ...notes } };
  model.checkFit(data.corpus, fit);
  const directory = values.out ?? await freshDirectory(plan.data, model.config.cell, "reviews");
  return { model, data, directory, fit, covered };
}

/** Options that only make sense with files. */
const FILE_OPTIONS = [
  "valid",
  "test",
  "format",
  "text-column",
  "label-column",
  "valid-fraction",
  "test-fraction",
] as const;

function refuseContradictions(values: TrainValues): void {
  if (values.data === undefined) {
    for (const name of FILE_OPTIONS) {
      if (values[name] !== undefined) throw new UsageError(`--${name}: expected --data beside it, found none`);
    }
  }
  for (const [file, fraction] of [["valid", "valid-fraction"], ["test", "test-fraction"]] as const) {
    if (values[file] !== undefined && values[fraction] !== undefined) {
      throw new UsageError(`--${fraction}: expected it or --${file}, found both`);
    }
  }
  if (values.calibrate && values["valid-fraction"] === 0) {
    throw new UsageError("--calibrate: expected validation texts, found --valid-fraction 0");
  }
  if (values.bidirectional && values.unidirectional) {
    throw new UsageError("--unidirectional: expected it or --bidirectional, found both");
  }
  if (values["freeze-vectors"] && values.vectors === undefined) {
    throw new UsageError("--freeze-vectors: expected --vectors beside it, found none");
  }
  const { tokenizer = "word" } = values;
  if (!isKind(tokenizer) && !/[./\\]/.test(tokenizer)) {
    throw new UsageError(
      `--tokenizer: expected ${TOKENIZERS.join(", ")} or a file, found ${JSON.stringify(tokenizer)}`,
    );
  }
  if (values["init-from"] === undefined) return;
  for (const name of OWN_SHAPE) {
    if (values[name as keyof TrainValues] === undefined) continue;
    throw new UsageError(`--${name}: expected none with --init-from, which brings its own, found it`);
  }
}

function dataPlan(values: TrainValues): DataPlan {
  return {
    data: values.data,
    valid: values.valid,
    test: values.test,
    validFraction: values["valid-fraction"],
    testFraction: values["test-fraction"],
    format: values.format,
    textColumn: values["text-column"],
    labelColumn: values["label-column"],
    seed: values.seed,
  };
}

/** The options that a resumed run must have too. */
function optionsOf(values: TrainValues): Record<string, unknown> {
  const names = [...OWN_SHAPE, ...Object.keys(READING), "init-from", "bidirectional", "unidirectional"] as const;
  return definedOnly(Object.fromEntries(names.map((name) => [name, values[name as keyof TrainValues]])));
}

/** The run that a directory keeps. Throws a UsageError where an option differs from the run's. */
async function resumeRun(given: TrainValues, directory: string): Promise<SentimentRun> {
  if (given.out !== undefined && given.out !== directory) {
    throw new UsageError(`--out: expected none with --resume, which goes on in its own directory, found ${given.out}`);
  }
  const checkpoint = await loadSentimentCheckpoint(directory);
  const plan = checkpoint.notes.plan as Plan | undefined;
  if (!plan?.data || !plan.options) {
    throw new RangeError(`resume ${directory}: expected a run of train-sentiment, found one of another program`);
  }
  refuseOtherPlan(given, plan, checkpoint.settings);
  const data = await readData({
    ...plan.data,
    ...definedOnly({ data: given.data, valid: given.valid, test: given.test }),
  });
  const model = await SentimentClassifier.load(directory);
  const { epochs, "max-steps": maxSteps } = given;
  const fit = { ...definedOnly({ epochs, maxSteps }), checkpoint };
  return { model, data, directory, fit, steps: checkpoint.snapshot.progress.step };
}

/** Texts may have moved, and are compared by their contents; all else must be the same. */
function refuseOtherPlan(given: TrainValues, { data, options }: Plan, settings: SentimentFitSettings): void {
  compareOptions(optionsOf(given), { ...usualValues(TRAIN_OPTIONS), ...options });
  refuseOtherSettings(given, SETTINGS, settings);
  const { validFraction = 0.1, testFraction = 0, format, textColumn, labelColumn } = data;
  const expected = {
    "valid-fraction": validFraction,
    "test-fraction": testFraction,
    format,
    "text-column": textColumn,
    "label-column": labelColumn,
  };
  compareOptions(
    Object.fromEntries(Object.keys(expected).map((name) => [name, given[name as keyof TrainValues]])),
    expected,
  );
}

/** Trains, and tells of it. Returns the exit code. */
async function train(sentimentRun: SentimentRun, values: TrainValues): Promise<number> {
  const { model, data: { corpus }, directory, fit, steps } = sentimentRun;
  const run = new TrainingRun({ command: "train-sentiment", directory, steps, values });
  for (const warning of sentimentRun.data.warnings) if (!values.quiet) console.error(`warning: ${warning}`);
  await introduce(run, sentimentRun, values.json);
  let [padding, truncated] = [0, 0];
  const events = async function* (options: RunOptions): AsyncGenerator<SentimentFitEvent> {
    for await (const event of model.fit(corpus, { ...fit, ...options })) {
      if (event.event === "epoch") [padding, truncated] = [event.paddedShare, event.truncated];
      yield event;
    }
  };
  if (!await run.train(events, EPOCH_REPORT)) return INTERRUPTED;
  const calibration = values.calibrate && corpus.valid ? await model.calibrate(corpus.valid) : undefined;
  if (calibration) await model.save(directory);
  const valid = corpus.valid && await model.evaluate(corpus.valid);
  const test = corpus.test && await model.evaluate(corpus.test);
  truncated += (valid?.truncated ?? 0) + (test?.truncated ?? 0);
  if (truncated > 0) console.error(truncationWarning(truncated, model.config.maxTokens));
  const result = { valid, test, calibration, padding, truncated, directory };
  if (values.json) reportDone(run, result);
  else conclude(run, result);
  return 0;
}
