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
import type { TranslationFitEvent } from "../../../tasks/translation/learning.ts";
import { loadTranslationCheckpoint, Translator } from "../../../tasks/translation/model.ts";
import type { TranslationFitOptions } from "../../../tasks/translation/options.ts";
import type { TranslationFitSettings } from "../../../tasks/translation/settings.ts";
import { type DataPlan, type ReadData, readData } from "./data.ts";
import { isKind, makeModel } from "./make_model.ts";
import { conclude, EPOCH_REPORT, introduce, reportDone } from "./report.ts";
import { DEFAULTS, SETTINGS, SHAPE, TOKENIZERS, TRAIN_OPTIONS } from "./train_options.ts";

type TrainValues = Values<typeof TRAIN_OPTIONS>;

/** What a run is asked to do, and what `--resume` must find again: kept in the checkpoint's notes. */
interface Plan {
  readonly data: DataPlan;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A translator and all that its training needs. */
interface TranslationRun {
  readonly model: Translator;
  readonly data: ReadData;
  readonly directory: string;
  readonly fit: TranslationFitOptions;
  /** Steps that were taken before; none for a new run. */
  readonly steps?: number;
}

/** Trains a translator, or continues to. */
export const trainTranslationCommand: Command<typeof TRAIN_OPTIONS> = {
  name: "train-translation",
  summary: "train an encoder and decoder with attention on sentence pairs, and keep it in a directory",
  options: TRAIN_OPTIONS,
  run: async (given) => {
    startEngine(given);
    const run = given.resume === undefined ? await startRun(given) : await resumeRun(given, given.resume);
    return await train(run, given);
  },
};

/** What suits the generated phrases: a minute on an ordinary computer. */
const DEMO = {
  ...{ from: "en", to: "fr" },
  ...{ joint: true, "vocab-size": 3000, embed: 128, hidden: 192, dropout: 0.1, "input-dropout": 0 },
  ...{ epochs: 10, "batch-tokens": 500, warmup: 100, averaging: 0.99, "label-smoothing": 0 },
  ...{ attention: "dot" as const, schedule: "cosine" as const, "select-by": "loss" as const },
};

function isDemo({ src, data }: TrainValues): boolean {
  return src === undefined && data === undefined;
}

function withDefaults(given: TrainValues): TrainValues {
  return {
    ...DEFAULTS,
    ...(isDemo(given) ? DEMO : {}),
    ...(given["average-last"] === undefined ? {} : { averaging: undefined }),
    ...given,
  };
}

/** A new run: pairs, vocabularies, model, and a directory to keep it in. */
async function startRun(given: TrainValues): Promise<TranslationRun> {
  refuseContradictions(given);
  const values = withDefaults(given);
  const plan = dataPlan(values);
  const data = await readData(plan);
  const model = await makeModel(values, data.corpus.train);
  const notes: { plan: Plan } = { plan: { data: plan, options: optionsOf(values) } };
  const fit: TranslationFitOptions = { ...settingsOf(values, SETTINGS), notes: { ...notes } };
  model.checkFit(data.corpus, fit);
  const name = `${values.from}-${values.to}`;
  const directory = values.out ?? await freshDirectory(plan.src ?? plan.data, model.config.cell, name);
  return { model, data, directory, fit };
}

const PARTNERS = [
  ["src", "tgt"],
  ["valid-src", "valid-tgt"],
  ["test-src", "test-tgt"],
] as const;

function refuseLoneFiles(values: TrainValues): void {
  for (const [source, target] of PARTNERS) {
    for (const [given, other] of [[source, target], [target, source]] as const) {
      if (values[given] !== undefined && values[other] === undefined) {
        throw new UsageError(`--${given}: expected --${other} beside it, found none`);
      }
    }
  }
}

function refuseContradictions(values: TrainValues): void {
  refuseLoneFiles(values);
  if (values.src !== undefined && values.data !== undefined) {
    throw new UsageError("--data: expected it or --src and --tgt, found both");
  }
  const files = ["valid-src", "test-src", "valid-fraction", "test-fraction"] as const;
  const lone = isDemo(values) ? files.find((name) => values[name] !== undefined) : undefined;
  if (lone) throw new UsageError(`--${lone}: expected --src and --tgt, or --data, beside it, found none`);
  const language = isDemo(values) ? undefined : (["from", "to"] as const).find((name) => values[name] !== undefined);
  if (language) throw new UsageError(`--${language}: expected none with files, found it`);
  for (const part of ["valid", "test"] as const) {
    if (values[`${part}-src`] !== undefined && values[`${part}-fraction`] !== undefined) {
      throw new UsageError(`--${part}-fraction: expected it or --${part}-src, found both`);
    }
  }
  refuseTokenizers(values);
}

function refuseTokenizers(values: TrainValues): void {
  const { tokenizer = "bpe", joint, unshared } = values;
  if (!isKind(tokenizer) && !/[./\\]/.test(tokenizer)) {
    throw new UsageError(
      `--tokenizer: expected ${TOKENIZERS.join(", ")} or a file, found ${JSON.stringify(tokenizer)}`,
    );
  }
  if (joint && values["target-tokenizer"] !== undefined) {
    throw new UsageError("--target-tokenizer: expected none with --joint, found it");
  }
  if (unshared && !joint && !isDemo(values) && isKind(tokenizer)) {
    throw new UsageError("--unshared: expected --joint beside it, found none");
  }
  if (values.averaging !== undefined && values["average-last"] !== undefined) {
    throw new UsageError("--average-last: expected it or --averaging, found both");
  }
}

function dataPlan(values: TrainValues): DataPlan {
  const { src, tgt, data, seed } = values;
  return {
    ...{ src, tgt, data, seed },
    validSrc: values["valid-src"],
    validTgt: values["valid-tgt"],
    testSrc: values["test-src"],
    testTgt: values["test-tgt"],
    validFraction: values["valid-fraction"],
    testFraction: values["test-fraction"],
    ...(isDemo(values) ? { from: values.from, to: values.to } : {}),
  };
}

/** The options that a resumed run must have too. */
function optionsOf(values: TrainValues): Record<string, unknown> {
  const names = [
    ...Object.keys(SHAPE),
    ...["tokenizer", "target-tokenizer", "vocab-size", "joint", "untied", "unshared", "from", "to"],
    ...["valid-fraction", "test-fraction"],
  ];
  return definedOnly(Object.fromEntries(names.map((name) => [name, values[name as keyof TrainValues]])));
}

/** The run that a directory keeps. Throws a UsageError where an option differs from the run's. */
async function resumeRun(given: TrainValues, directory: string): Promise<TranslationRun> {
  if (given.out !== undefined && given.out !== directory) {
    throw new UsageError(`--out: expected none with --resume, which goes on in its own directory, found ${given.out}`);
  }
  refuseLoneFiles(given);
  const checkpoint = await loadTranslationCheckpoint(directory);
  const plan = checkpoint.notes.plan as Plan | undefined;
  if (!plan?.data || !plan.options) {
    throw new RangeError(`resume ${directory}: expected a run of train-translation, found one of another program`);
  }
  refuseOtherPlan(given, plan, checkpoint.settings);
  // Files may have moved; they are compared by their contents.
  const { src, tgt, data, validSrc, validTgt, testSrc, testTgt } = dataPlan(given);
  const moved = definedOnly({ src, tgt, data, validSrc, validTgt, testSrc, testTgt });
  const read = await readData({ ...plan.data, ...moved });
  const model = await Translator.load(directory);
  const { epochs, "max-steps": maxSteps } = given;
  const fit = { ...definedOnly({ epochs, maxSteps }), checkpoint };
  return { model, data: read, directory, fit, steps: checkpoint.snapshot.progress.step };
}

function refuseOtherPlan(given: TrainValues, { options }: Plan, settings: TranslationFitSettings): void {
  compareOptions(optionsOf(given), { ...usualValues(TRAIN_OPTIONS), ...options });
  refuseOtherSettings(given, SETTINGS, settings);
}

/** Trains, and tells of it. Returns the exit code. */
async function train({ model, data, directory, fit, steps }: TranslationRun, values: TrainValues): Promise<number> {
  const { corpus } = data;
  const run = new TrainingRun({ command: "train-translation", directory, steps, values });
  for (const warning of data.warnings) if (!values.quiet) console.error(`warning: ${warning}`);
  await introduce(run, { model, data }, values.json);
  let padding = 0;
  const events = async function* (options: RunOptions): AsyncGenerator<TranslationFitEvent> {
    for await (const event of model.fit(corpus, { ...fit, ...options })) {
      if (event.event === "epoch") padding = event.paddedShare;
      yield event;
    }
  };
  if (!await run.train(events, EPOCH_REPORT)) return INTERRUPTED;
  const valid = corpus.valid && await model.evaluate(corpus.valid);
  const test = corpus.test && await model.evaluate(corpus.test);
  const example = (corpus.test ?? corpus.valid ?? corpus.train).find(({ source }) => source !== "")?.source ?? "";
  const result = { valid, test, padding, directory, example };
  if (values.json) reportDone(run, result);
  else conclude(run, result);
  return 0;
}
