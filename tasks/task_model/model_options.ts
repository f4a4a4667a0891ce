import { Engine } from "../../src/nn/mod.ts";
import type { WebFilesOptions } from "../../src/formats/web_files.ts";
import {
  boolean,
  checkValue,
  custom,
  expectOptions,
  type Field,
  type OptionKinds,
  path,
} from "../../src/schema/mod.ts";
import { type Checkpoint, RUN_OPTIONS, type RunOptions, type TrainSettings } from "../../src/train/mod.ts";

/** The engine to use for a model. */
export interface EngineChoice {
  /** The engine that holds the model's parameters. Default: `Engine.default()`. */
  readonly engine?: Engine;
}

/** Options of `fromBytes`. */
export interface FromBytesOptions extends EngineChoice {
  /**
   * Whether tensors that the configuration does not use and keys that `config.json` does not know are refused; false
   * ignores them. Default: true.
   */
  readonly strict?: boolean;
}

/** Whether to verify checksums. */
export interface VerifyOption {
  /**
   * Whether the files are compared with their checksums in `SHA256SUMS`; false reads damaged or changed files as they
   * are. A directory without that file is read without checksums. Default: true.
   */
  readonly verify?: boolean;
}

/**
 * Options of `load`. `fetch` and `onProgress` are for URLs of `http:` and `https:`, below which the model's files are
 * requested one by one; a query of the URL is part of each request.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import type { LoadOptions } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const lm = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not to be"), hidden: 8 });
 * const files = lm.toFiles(); // The files that `save` would write, here served by a function.
 * const fetch = (url: string | URL | Request) => {
 *   const file = files.find(({ name }) => `${url}` === `https://models.example/hamlet/${name}`);
 *   return Promise.resolve(new Response(file, { status: file ? 200 : 404 }));
 * };
 * const arrived = new Map<string, number>();
 * const options: LoadOptions = { fetch, onProgress: ({ file, loaded }) => arrived.set(file, loaded) };
 * const loaded = await LanguageModel.load("https://models.example/hamlet", options);
 * assertEquals(loaded.config, lm.config);
 * assertEquals([...arrived.keys()].sort(), ["SHA256SUMS", "config.json", "model.safetensors", "tokenizer.json"]);
 * assertEquals((await LanguageModel.load(files)).config, lm.config);
 * ```
 */
export interface LoadOptions extends FromBytesOptions, VerifyOption, WebFilesOptions {}

/** Types of the options of `fromBytes`. */
export const FROM_BYTES_OPTIONS: OptionKinds<FromBytesOptions> = { engine: Engine, strict: "boolean" };
/** Types of the options of `loadCheckpoint`. */
export const VERIFY_OPTION: OptionKinds<VerifyOption> = { verify: "boolean" };
/** Types of the options of `load`. */
export const LOAD_OPTIONS: OptionKinds<LoadOptions> = {
  ...FROM_BYTES_OPTIONS,
  ...VERIFY_OPTION,
  fetch: "function",
  onProgress: "function",
};

/** Options of `fit`: how to train, and what to save. */
export type FitOptions<S> = Partial<S> & RunOptions & ResumeOptions<S>;

/**
 * The run that `fit` resumes. Settings that differ from the run's own are refused, except those of its length and its
 * learning rate, which replace the run's own from here on.
 */
export interface ResumeOptions<S> extends VerifyOption {
  /** The directory of the run to resume. The run continues there, or in `directory` if that is another one. */
  readonly resume?: string;
  /** The directory's checkpoint, if it has already been read. */
  readonly checkpoint?: Checkpoint<S & TrainSettings>;
}

/** The options of `fit` besides the training settings. */
export const FIT_OPTIONS: Readonly<Record<keyof RunOptions | keyof ResumeOptions<unknown>, Field>> = {
  ...RUN_OPTIONS,
  resume: path({ help: "The run to resume." }),
  verify: boolean({ default: true, help: "Whether to verify the checksums of the run's files." }),
  checkpoint: custom({ help: "The checkpoint of the run to resume.", check: expectCheckpoint }),
};

function expectCheckpoint(value: unknown): string | undefined {
  const { settings, snapshot } = (value ?? {}) as Partial<Checkpoint>;
  return settings && snapshot ? undefined : "what loadCheckpoint returns";
}

/** Throws `TypeError` or `RangeError` if an option of `fit` besides the given settings is unknown or invalid. */
export function checkFitOptions(options: object, settings: readonly string[]): void {
  expectOptions("fit", options, [...settings, ...Object.keys(FIT_OPTIONS)]);
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && Object.hasOwn(FIT_OPTIONS, name)) {
      checkValue(FIT_OPTIONS[name as keyof typeof FIT_OPTIONS], value, "fit", name);
    }
  }
}
