import { Engine } from "../../../src/nn/mod.ts";
import type { StepEvent } from "../../../src/train/mod.ts";
import {
  type Command,
  describeEngine,
  formatDuration,
  Interrupt,
  jsonLine,
  Progress,
  startEngine,
  UsageError,
  type Values,
} from "../../command_line/mod.ts";
import type { Corpus } from "../corpus.ts";
import type { TokenIds } from "../token_ids.ts";
import { type FitOptions, LanguageModel, loadCheckpoint } from "../model.ts";
import { PRESETS } from "../presets.ts";
import type { FitSettings } from "../settings.ts";
import { type DataOptions, encodeTexts, isKind, readCorpus, TOKENIZERS, trainTokenizer } from "../training_data.ts";
import type { FitEvent } from "../learning.ts";
import { DATA_OPTIONS, FIT_OPTIONS, MODEL_OPTIONS, RUN_OPTIONS } from "./model_options.ts";
import { freshDirectory, keepOldModel } from "./output_directory.ts";

const OPTIONS = { ...DATA_OPTIONS, ...MODEL_OPTIONS, ...FIT_OPTIONS, ...RUN_OPTIONS };

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
    return await new Session(run, given).train();
  },
};

/** The library's names of the options that say how to train. */
const SETTINGS = {
  epochs: "epochs",
  "max-steps": "maxSteps",
  batch: "batch",
  bptt: "bptt",
  optimizer: "optimizer",
  lr: "learningRate",
  momentum: "momentum",
  "weight-decay": "weightDecay",
  schedule: "schedule",
  decay: "decay",
  "decay-every": "decayEvery",
  "decay-after": "decayAfter",
  warmup: "warmup",
  clip: "clipNorm",
  "clip-value": "clipValue",
  patience: "patience",
  seed: "seed",
} as const satisfies Partial<Record<keyof TrainValues, keyof FitSettings>>;

/** Characters that take seconds to prepare. */
const LONG = 2 ** 25;

const LENGTHS: readonly string[] = ["epochs", "max-steps"];

/** Settings of the fit that were given, under the library's names. */
function fitSettings(values: TrainValues): Partial<FitSettings> {
  const given = Object.entries(SETTINGS).map(([option, name]) => [name, values[option as keyof typeof SETTINGS]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

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
  const directory = values.out ?? await freshDirectory(data.data, cell);
  const fit: FitOptions = { epochs: 10, ...fitSettings(values), notes: { plan } };
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
  const fit = { ...fitSettings(given), checkpoint };
  return { model, corpus, directory, fit, steps: checkpoint.snapshot.progress.step };
}

/** Says that a long text takes a while. */
function announce({ json, quiet }: TrainValues, { length }: { readonly length: number }): void {
  if (length < LONG || json || quiet) return;
  console.error(
    `Preparing ${length.toLocaleString("en")} characters; this takes some seconds for every hundred million.`,
  );
}

function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Texts may have moved, and are compared by their contents; all else must be the same. */
function refuseOtherPlan(given: TrainValues, plan: Plan, settings: FitSettings): void {
  const values = withPreset(given);
  const compare = (name: string, found: unknown, expected: unknown): void => {
    if (found !== undefined && found !== expected) {
      throw new UsageError(`--${name}: expected ${expected ?? "none"}, as in the run that is resumed, found ${found}`);
    }
  };
  for (const [name, value] of Object.entries(modelOptions(values))) compare(name, value, plan.model[name]);
  // The cosine schedule depends on the run's length.
  const mayChange = settings.schedule === "cosine" ? [] : LENGTHS;
  for (const [option, name] of Object.entries(SETTINGS)) {
    if (!mayChange.includes(option)) compare(option, values[option as keyof typeof SETTINGS], settings[name]);
  }
  compare("tokenizer", values.tokenizer, plan.data.tokenizer);
  compare("valid-fraction", values["valid-fraction"], plan.data.validFraction ?? 0.1);
  compare("test-fraction", values["test-fraction"], plan.data.testFraction ?? 0);
}

/** One run of the command: what it trains, and how it tells of it. */
class Session {
  #run: Run;
  #values: TrainValues;
  #progress: Progress | undefined;
  #start = performance.now();
  #peak = 0;
  #last: StepEvent | undefined;
  #validLoss: number | null;
  #tokens = 0;
  #milliseconds = 0;

  constructor(run: Run, values: TrainValues) {
    this.#run = run;
    this.#values = values;
    this.#validLoss = run.fit.checkpoint?.snapshot.best?.score ?? null;
    this.#progress = values.quiet || values.json ? undefined : new Progress();
  }

  async train(): Promise<number> {
    const { model, corpus, directory, fit } = this.#run;
    if (!fit.checkpoint) this.#say(await keepOldModel(directory));
    this.#introduce();
    using interrupt = new Interrupt("Finishing the step and saving; press Ctrl-C again to quit at once.");
    const { signal } = interrupt;
    try {
      const options = { ...fit, directory, saveEvery: this.#values["save-every"], signal };
      for await (const event of model.fit(corpus, options)) this.#report(event);
    } catch (error) {
      this.#progress?.clear();
      if (!signal.aborted || error !== signal.reason) throw this.#asUsage(error);
      console.error(
        `Stopped after step ${this.#last?.step ?? this.#run.steps}. To go on: deno task train-lm --resume ${directory}`,
      );
      return 130;
    }
    await this.#conclude();
    return 0;
  }

  /** A setting that differs from the resumed run's was a wrong option. */
  #asUsage(error: unknown): unknown {
    const isSetting = error instanceof RangeError && error.message.startsWith("resume: ");
    return isSetting ? new UsageError(error.message.replace("resume", `--resume ${this.#run.directory}`)) : error;
  }

  #say(text: string | undefined): void {
    if (text !== undefined && !this.#values.json && !this.#values.quiet) console.log(text);
  }

  #introduce(): void {
    const { model: { config, network }, directory, corpus, steps } = this.#run;
    const count = network.parameters().reduce((sum, { size }) => sum + size, 0);
    const { cell, embed, hidden, layers, vocabulary } = config;
    this.#say(
      `${
        steps > 0 ? `Continuing after step ${steps}: ` : "Training "
      }${cell} ${layers} x ${hidden}, embedding ${embed}, ` +
        `${vocabulary} symbols, ${count.toLocaleString("en")} parameters, on ${
          corpus.train.characters.toLocaleString("en")
        } ` +
        `characters (${describeEngine(Engine.default())}). The model is kept in ${directory}.`,
    );
  }

  #report(event: FitEvent): void {
    this.#peak = Math.max(this.#peak, Deno.memoryUsage().rss);
    if (event.event === "epoch") return this.#reportEpoch(event);
    this.#last = event;
    this.#tokens += event.tokens;
    this.#milliseconds += event.milliseconds;
    const { step, epoch, loss, gradientNorm, learningRate, tokensPerSecond } = event;
    if (this.#values.json) {
      if (step % (this.#values["log-every"] ?? 50) !== 0) return;
      const figures = {
        loss,
        grad_norm: gradientNorm,
        lr: learningRate,
        tokens_per_second: Math.round(tokensPerSecond),
      };
      return jsonLine({ event: "step", step, epoch, ...figures });
    }
    const { steps } = event;
    const done = step - this.#run.steps;
    const secondsLeft = (performance.now() - this.#start) / 1e3 / done * (steps - step);
    this.#progress?.update({ step, steps, loss, tokensPerSecond, secondsLeft });
  }

  #reportEpoch(event: Extract<FitEvent, { event: "epoch" }>): void {
    const { epoch, loss, validLoss, perplexity } = event;
    if (validLoss !== null) this.#validLoss = Math.min(validLoss, this.#validLoss ?? Infinity);
    if (this.#values.json) {
      return jsonLine({ event: "epoch", epoch, train_loss: loss, valid_loss: validLoss, perplexity });
    }
    this.#progress?.clear();
    const valid = validLoss === null
      ? ""
      : `, validation loss ${validLoss.toFixed(4)} (perplexity ${perplexity?.toFixed(2)})`;
    this.#say(`epoch ${epoch}: training loss ${loss.toFixed(4)}${valid}`);
  }

  /** Measures the kept model on the test text, and shows what it writes. */
  async #conclude(): Promise<void> {
    const { model, corpus, directory, steps } = this.#run;
    const test = corpus.test === undefined ? undefined : await model.evaluate(corpus.test);
    const loss = this.#validLoss ?? test?.loss ?? null;
    const perplexity = loss === null ? null : Math.exp(loss);
    const tokensPerSecond = this.#milliseconds === 0 ? 0 : Math.round(this.#tokens / this.#milliseconds * 1e3);
    this.#peak = Math.max(this.#peak, Deno.memoryUsage().rss);
    const step = this.#last?.step ?? steps;
    if (this.#values.json) {
      return jsonLine({
        event: "done",
        steps: step,
        valid_loss: this.#validLoss,
        test_loss: test?.loss ?? null,
        perplexity,
        tokens_per_second: tokensPerSecond,
        peak_rss_mib: Math.round(this.#peak / 2 ** 20),
        model: directory,
      });
    }
    if (this.#values.quiet) return;
    const seconds = (performance.now() - this.#start) / 1e3;
    console.log(
      `Trained to step ${step} in ${formatDuration(seconds)}, ${tokensPerSecond.toLocaleString("en")} tokens/s.`,
    );
    if (this.#validLoss !== null) {
      console.log(
        `Validation perplexity ${Math.exp(this.#validLoss).toFixed(3)} (loss ${this.#validLoss.toFixed(4)}).`,
      );
    }
    if (test) console.log(`Test perplexity ${test.perplexity.toFixed(3)} (loss ${test.loss.toFixed(4)}).`);
    const sample = await model.complete("", { maxTokens: 300, temperature: 0.8, seed: 1 });
    console.log(`\nThe model writes:\n\n${sample.text.trim()}\n`);
    console.log(`To read more of it: deno task generate --model ${directory}`);
  }
}
