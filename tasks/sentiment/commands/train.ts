import { readWordVectors, type WordVectors } from "../../../src/formats/mod.ts";
import { Engine } from "../../../src/nn/mod.ts";
import type { RunOptions } from "../../../src/train/mod.ts";
import type { Tokenizer } from "../../../tokenizers/mod.ts";
import {
  type Command,
  describeEngine,
  INTERRUPTED,
  jsonLine,
  startEngine,
  UsageError,
  type Values,
} from "../../command_line/mod.ts";
import { LanguageModel } from "../../language_modeling/mod.ts";
import { readTokenizer, trainModel } from "../../tokenizing/mod.ts";
import {
  compareOptions,
  definedOnly,
  freshDirectory,
  refuseOtherSettings,
  settingsOf,
  TrainingRun,
} from "../../training/mod.ts";
import type { SentimentEpochEvent, SentimentFitEvent } from "../learning.ts";
import type { SentimentEvaluation } from "../metrics.ts";
import { loadSentimentCheckpoint, SentimentClassifier } from "../model.ts";
import type { Calibration, SentimentFitOptions } from "../options.ts";
import type { SentimentFitSettings } from "../settings.ts";
import { type LabelledCorpus, labelsOf } from "../texts.ts";
import { coveredShare, tokensOf } from "../vectors.ts";
import { wordTokenizer } from "../words.ts";
import { count, type DataPlan, type ReadData, readData, truncationWarning } from "./data.ts";
import { presetValues, READING, SETTINGS, SHAPE, TOKENIZERS, TRAIN_OPTIONS } from "./train_options.ts";

type TrainValues = Values<typeof TRAIN_OPTIONS>;

/** What a run is asked to do, and what `--resume` must find again: kept in the checkpoint's notes. */
interface Plan {
  readonly data: DataPlan;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A classifier and all that its training needs. */
interface SentimentRun {
  readonly model: SentimentClassifier;
  readonly data: ReadData;
  readonly directory: string;
  readonly fit: SentimentFitOptions;
  /** The share of the training texts' words that have a vector, where there are vectors. */
  readonly covered?: number;
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
const DEMO = { epochs: 10, lr: 0.003, hidden: 64, embed: 64 } as const;

/** Options that only make sense where nothing is taken over from a language model. */
const OWN_SHAPE = ["cell", "embed", "hidden", "layers", "tokenizer", "min-count", "max-vocab", "vocab-size", "vectors"];

function withDefaults(given: TrainValues): TrainValues {
  const demo = given.data === undefined && given["init-from"] === undefined ? DEMO : {};
  const fromModel = given["init-from"] === undefined ? {} : { "unfreeze-every": 1, "layer-decay": 1 / 2.6 };
  const preset = given.preset === undefined ? demo : presetValues(given.preset);
  return { "input-dropout": 0.3, ...fromModel, ...preset, ...given };
}

/** A new run: texts, vocabulary, model, and a directory to keep it in. */
async function startRun(given: TrainValues): Promise<SentimentRun> {
  refuseContradictions(given);
  const values = withDefaults(given);
  const plan = dataPlan(values);
  const data = await readData(plan);
  const { model, covered } = await makeModel(values, data.corpus);
  const notes: { plan: Plan } = { plan: { data: plan, options: optionsOf(values) } };
  const fit: SentimentFitOptions = { batch: 50, ...settingsOf(values, SETTINGS), notes: { ...notes } };
  model.checkFit(data.corpus, fit);
  const directory = values.out ?? await freshDirectory(plan.data, model.config.cell, "reviews");
  return { model, data, directory, fit, covered };
}

function refuseContradictions(values: TrainValues): void {
  if (values.data === undefined) {
    for (const name of ["valid", "test", "format", "text-column", "label-column"] as const) {
      if (values[name] !== undefined) throw new UsageError(`--${name}: expected --data beside it, found none`);
    }
  }
  for (const [file, fraction] of [["valid", "valid-fraction"], ["test", "test-fraction"]] as const) {
    if (values[file] !== undefined && values[fraction] !== undefined) {
      throw new UsageError(`--${fraction}: expected it or --${file}, found both`);
    }
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

function isKind(tokenizer: string): tokenizer is typeof TOKENIZERS[number] {
  return (TOKENIZERS as readonly string[]).includes(tokenizer);
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

async function makeModel(
  values: TrainValues,
  corpus: LabelledCorpus,
): Promise<Pick<SentimentRun, "model" | "covered">> {
  const labels = labelsOf(corpus.train);
  const { bidirectional, unidirectional } = values;
  const directions = { bidirectional: bidirectional ?? (unidirectional ? false : undefined) };
  const reading = { labels, ...directions, ...settingsOf(values, READING) };
  const start = values["init-from"];
  if (start !== undefined) {
    return { model: SentimentClassifier.fromLanguageModel(await LanguageModel.load(start), reading) };
  }
  const texts = corpus.train.map(({ text }) => text);
  const tokenizer = await makeTokenizer(values, texts);
  const shape = { ...reading, ...settingsOf(values, SHAPE) };
  if (values.vectors === undefined) return { model: SentimentClassifier.create({ ...shape, tokenizer }) };
  const vectors = await readVectors(values.vectors, new Set(tokensOf(tokenizer)));
  if (values.embed !== undefined && values.embed !== vectors.width) {
    throw new UsageError(`--embed: expected ${vectors.width}, as in the vectors, or nothing, found ${values.embed}`);
  }
  const moreWords = vectors.words;
  const own = values.tokenizer ?? "word";
  const wider = own === "word" ? wordTokenizer(texts, { ...wordLimits(values), moreWords }) : tokenizer;
  return {
    model: SentimentClassifier.create({ ...shape, tokenizer: wider, vectors }),
    covered: coveredShare(texts, wider, vectors),
  };
}

/** Words of a file of vectors, the first ones, that get a place in the vocabulary though no training text has them. */
const MOST_WORDS = 100_000;

async function readVectors(path: string, own: ReadonlySet<string>): Promise<WordVectors> {
  let words = 0;
  return await readWordVectors(path, { wanted: (word) => words++ < MOST_WORDS || own.has(word) });
}

function wordLimits(values: TrainValues): { minCount?: number; maxWords?: number } {
  return { minCount: values["min-count"], maxWords: values["max-vocab"] };
}

/** The tokenizer that was asked for, with the vocabulary of the training texts. */
async function makeTokenizer(values: TrainValues, texts: readonly string[]): Promise<Tokenizer> {
  const { tokenizer = "word", "vocab-size": vocabSize } = values;
  if (tokenizer === "word") return wordTokenizer(texts, wordLimits(values));
  if (!isKind(tokenizer)) return await readTokenizer(tokenizer);
  const { minCount, maxWords = 100_000 } = wordLimits(values);
  // A character that training has not seen is unknown, not an error.
  const limits = tokenizer === "char" ? { vocabSize: maxWords, minCount } : { vocabSize, minCount };
  return await trainModel(tokenizer, stream(texts), limits);
}

async function* stream(texts: readonly string[]): AsyncGenerator<string, void, void> {
  for (const text of texts) yield text + "\n";
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
function refuseOtherPlan(values: TrainValues, { data, options }: Plan, settings: SentimentFitSettings): void {
  const given: TrainValues = values.preset === undefined ? values : { ...presetValues(values.preset), ...values };
  compareOptions(optionsOf(given), options);
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

const REPORT = {
  line: ({ validLoss, validAccuracy }: SentimentEpochEvent): string =>
    validAccuracy === null || validLoss === null
      ? ""
      : `, validation accuracy ${percent(validAccuracy)} (loss ${validLoss.toFixed(4)})`,
  fields: ({ validLoss, validAccuracy }: SentimentEpochEvent) => ({
    valid_loss: validLoss,
    valid_accuracy: validAccuracy,
  }),
};

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Trains, and tells of it. Returns the exit code. */
async function train(sentimentRun: SentimentRun, values: TrainValues): Promise<number> {
  const { model, data: { corpus }, directory, fit, steps } = sentimentRun;
  const run = new TrainingRun({ command: "train-sentiment", directory, steps, values });
  await introduce(run, sentimentRun, values);
  let [padding, truncated] = [0, 0];
  const events = async function* (options: RunOptions): AsyncGenerator<SentimentFitEvent> {
    for await (const event of model.fit(corpus, { ...fit, ...options })) {
      if (event.event === "epoch") [padding, truncated] = [event.paddedShare, event.truncated];
      yield event;
    }
  };
  if (!await run.train(events, REPORT)) return INTERRUPTED;
  const calibration = values.calibrate && corpus.valid ? await model.calibrate(corpus.valid) : undefined;
  if (calibration) await model.save(directory);
  const valid = corpus.valid && await model.evaluate(corpus.valid);
  const test = corpus.test && await model.evaluate(corpus.test);
  truncated += (valid?.truncated ?? 0) + (test?.truncated ?? 0);
  if (truncated > 0) console.error(truncationWarning(truncated, model.config.maxTokens));
  if (values.json) return reportDone(run, { valid, test, calibration, padding, truncated, directory });
  run.conclude();
  run.say(`Padding was ${percent(padding)} of what was read.`);
  if (valid) run.say(describeEvaluation("Validation", valid));
  if (test) run.say(describeEvaluation("Test", test));
  if (calibration) run.say(describeCalibration(calibration));
  run.say(`To try it: deno task classify --model ${directory} "${corpus.train[0].text.replaceAll('"', '\\"')}"`);
  return 0;
}

/** Says what was read, what of it is not as it should be, and what is trained. */
async function introduce(run: TrainingRun, { model, data, covered }: SentimentRun, values: TrainValues): Promise<void> {
  const { corpus, notes, warnings } = data;
  for (const warning of warnings) if (!values.quiet) console.error(`warning: ${warning}`);
  if (values.json) {
    jsonLine({
      event: "data",
      files: data.files,
      train: corpus.train.length,
      valid: corpus.valid?.length ?? 0,
      test: corpus.test?.length ?? 0,
      labels: model.config.labels,
      vocabulary: model.config.vocabulary,
      ...(model.coverage && { vectors: { ...model.coverage, share_of_text: covered } }),
      warnings,
    });
  }
  for (const note of notes) run.say(note);
  await run.begin(describeModel(model, corpus, covered));
}

function describeModel(
  { config, network, coverage }: SentimentClassifier,
  corpus: LabelledCorpus,
  covered = 0,
): string {
  const number = (n: number): string => n.toLocaleString("en");
  const parameters = network.parameters().reduce((sum, { size }) => sum + size, 0);
  const { cell, embed, hidden, layers, members, vocabulary, bidirectional, pooling, labels } = config;
  const vectors = coverage
    ? `, of which ${number(coverage.found)} begin with a vector of the file (${percent(covered)} of the text)`
    : "";
  return [
    `${members > 1 ? `${members} members, each ` : ""}${cell} ${layers} x ${hidden}${
      bidirectional ? " both ways" : ""
    }`,
    `pooling ${pooling}`,
    `embedding ${embed}`,
    `${number(vocabulary)} symbols${vectors}`,
    `${number(parameters)} parameters`,
    `to tell ${labels.length} labels`,
    `on ${count(corpus.train.length, "text")} (${describeEngine(Engine.default())}).`,
  ].join(", ");
}

/** What a run came to. */
interface Result {
  readonly valid: SentimentEvaluation | undefined;
  readonly test: SentimentEvaluation | undefined;
  readonly calibration: Calibration | undefined;
  readonly padding: number;
  readonly truncated: number;
  readonly directory: string;
}

function reportDone(run: TrainingRun, { valid, test, calibration, padding, truncated, directory }: Result): number {
  const { step, seconds, tokensPerSecond, peak } = run.figures();
  jsonLine({
    event: "done",
    steps: step,
    valid_accuracy: valid?.accuracy ?? null,
    valid_loss: valid?.loss ?? null,
    valid_macro_f1: valid?.macroF1 ?? null,
    test_accuracy: test?.accuracy ?? null,
    test_loss: test?.loss ?? null,
    test_macro_f1: test?.macroF1 ?? null,
    test_calibration_error: test?.calibrationError ?? null,
    ...(calibration && { temperature: calibration.temperature }),
    truncated,
    padded_share: padding,
    seconds,
    tokens_per_second: tokensPerSecond,
    peak_rss_mib: peak,
    model: directory,
  });
  return 0;
}

function describeEvaluation(part: string, { accuracy, macroF1, loss }: SentimentEvaluation): string {
  return `${part} accuracy ${percent(accuracy)}, macro F1 ${macroF1.toFixed(4)}, loss ${loss.toFixed(4)}.`;
}

function describeCalibration({ temperature, before, after }: Calibration): string {
  return `Calibrated with temperature ${temperature.toFixed(3)}: expected calibration error on the validation texts ` +
    `${before.toFixed(4)} before, ${after.toFixed(4)} after.`;
}
