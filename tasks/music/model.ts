import { InputRangeError } from "../../errors.ts";
import { checkValue, complete, expectOptions, integer, number, type Schema } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  type EngineChoice,
  expectText,
  expectTexts,
  expectTokenizer,
  type FitOptions,
  type Prepared,
  type Task,
  TaskModel,
} from "../task_model/mod.ts";
import type { PianoRoll } from "../data/music/mod.ts";
import { completeSampling } from "../language_modeling/sampling_options.ts";
import { type ComposeSettings, COMPOSING, planComposition } from "./composing.ts";
import { encodePieces, expectMusic, fingerprintOf, type MusicCorpus } from "./corpus.ts";
import { harmonyDemands, melodyOf, MOST_VOICES } from "./harmony.ts";
import { type MusicConfig, type MusicInitialisation, type MusicSettings, SETTINGS } from "./hyperparameters.ts";
import { musicEvent, MusicLearning } from "./learning.ts";
import { type Likelihood, type LikelihoodOptions, measureLikelihood } from "./likelihood.ts";
import { type Notation, notationOf } from "./notations/mod.ts";
import { type Draft, samplePieces } from "./piece_sampler.ts";
import { MUSIC, type MusicTypes } from "./task.ts";

/** Options of `MusicModel.create`. */
export interface MusicModelOptions
  extends Partial<Omit<MusicConfig, "vocabSize">>, Partial<MusicInitialisation>, EngineChoice {
  /** Divides the texts of pieces into tokens. */
  readonly tokenizer: Tokenizer;
}

/**
 * Options of a music model's `fit`.
 *
 * @example
 * ```ts
 * import type { MusicFitOptions } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const options: MusicFitOptions = { epochs: 20, batch: 8, bptt: 64, transpose: 6 };
 * assertEquals(options.transpose, 6);
 * ```
 */
export type MusicFitOptions = FitOptions<MusicSettings>;

/** Options of a music model's `compose`. */
export interface ComposeOptions extends Partial<ComposeSettings> {
  /** The beginning of every piece, as a text of the model's notation. Default: none. */
  readonly prime?: string;
  /** Aborts composing. */
  readonly signal?: AbortSignal;
  /** Awaited between notes, so that other work goes on. Default: the event loop runs every 20 ms. */
  readonly pause?: () => Promise<void>;
}

/** How a melody is harmonized. */
export interface HarmonizeSettings {
  /** Most voices with the melody. Default: 4. */
  readonly voices: number;
  /** Number of harmonies that are sampled side by side, of which the likeliest is returned. Default: 32. */
  readonly bestOf: number;
  /** The sampling temperature. Default: 1. */
  readonly temperature: number;
  /** Seed of the random numbers. Default: 1. */
  readonly seed: number;
}

/** The schema of how a melody is harmonized. */
export const HARMONIZING: Schema<HarmonizeSettings> = {
  voices: integer({ group: "sampling", min: 1, max: MOST_VOICES, default: 4, help: "Most voices, with the melody." }),
  bestOf: integer({
    group: "sampling",
    min: 1,
    max: 1000,
    default: 32,
    value: "N",
    help: "Sample N harmonies side by side and write the likeliest one.",
  }),
  temperature: number({ group: "sampling", min: 0, default: 1, help: "Sampling temperature." }),
  seed: integer({ group: "sampling", min: 0, default: 1, help: "Seed of the random numbers." }),
};

/** Options of a music model's `harmonize`. */
export interface HarmonizeOptions extends Partial<HarmonizeSettings> {
  /** Aborts harmonizing. */
  readonly signal?: AbortSignal;
  /** Awaited between time steps, so that other work goes on. Default: the event loop runs every 20 ms. */
  readonly pause?: () => Promise<void>;
}

/** A composed piece. */
export interface Composition {
  /** The piece, as a text of the model's notation. */
  readonly text: string;
  /** The logarithm of its probability under the model. */
  readonly logProbability: number;
  /** Number of tokens. */
  readonly tokens: number;
  /** Number of bars or time steps. */
  readonly steps: number;
}

/**
 * A recurrent model of music: measures, composes, continues and harmonizes pieces. A piece is a text: a tune as
 * `tuneToText` writes it, a MIDI file as `scoreToEvents` does, or a piano roll as `rollToText` does. The tokenizer
 * decides which: one of the presets `abc`, `events` and `steps`.
 *
 * @example
 * ```ts
 * import { MusicModel, PipelineTokenizer, presets } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = Array.from({ length: 8 }, (_, i) => `60 64 . 62 65 . ${i % 2 === 0 ? "64 67" : "60 72"} .`);
 * const tokenizer = await PipelineTokenizer.train(pieces, presets.steps({ lowest: 55, highest: 77 }));
 * const model = MusicModel.create({ tokenizer, embed: 8, hidden: 16 });
 * await model.fit(pieces, { epochs: 2, batch: 4 });
 * console.log((await model.evaluate(pieces)).perStep, "nats per time step");
 * const [{ text }] = await model.compose({ prime: "60 64 .", bars: 3, seed: 1 });
 * assertEquals(text.split(" ").filter((token) => token === ".").length, 3);
 * ```
 */
export class MusicModel extends TaskModel<MusicTypes> {
  /** The task that its models solve. */
  static readonly task: Task<MusicTypes> = MUSIC;

  /** Creates an untrained model. Throws `TypeError` or `RangeError` if an option is invalid. */
  static create(options: MusicModelOptions): MusicModel {
    const { tokenizer, ...rest } = expectTokenizer("create a music model", options, "tokenizer");
    return TaskModel.make(MusicModel, { tokenizer }, rest, { vocabSize: tokenizer.size });
  }

  /** Divides the texts of pieces into tokens. */
  get tokenizer(): Tokenizer {
    return this.processors.tokenizer;
  }

  /** The notation of its pieces. */
  get notation(): Notation {
    return notationOf("read music", this.tokenizer);
  }

  /** Encodes training and validation pieces. */
  protected override prepare(
    data: MusicCorpus | readonly string[],
    settings: MusicSettings,
  ): Promise<Prepared<MusicTypes>> {
    const { train, valid } = expectMusic("fit", data);
    const ids = { train: this.#encode("fit", train), valid: valid && this.#encode("fit", valid) };
    return Promise.resolve({
      noun: "the music",
      fingerprint: fingerprintOf(ids),
      step: `batch ${settings.batch} x bptt ${settings.bptt}`,
      learning: (network, communicator) => new MusicLearning(network, this.notation, ids, settings, communicator),
      largestBatch: (learning: MusicLearning) => learning.largestBatch,
      event: musicEvent,
    });
  }

  /** Measures how likely pieces are, each read from its beginning. Throws `RangeError` if an option is invalid. */
  async evaluate(pieces: readonly string[], options: LikelihoodOptions = {}): Promise<Likelihood> {
    expectOptions("evaluate", options, ["transpose", "signal"]);
    if (options.transpose !== undefined) checkValue(SETTINGS.transpose, options.transpose, "evaluate", "transpose");
    expectTexts("evaluate", "pieces", pieces);
    if (pieces.length === 0) throw new InputRangeError("evaluate: expected at least 1 piece, found none");
    return await measureLikelihood(this.network, this.notation, this.#encode("evaluate", pieces), options);
  }

  /**
   * Composes pieces, perhaps from a given beginning, and returns them as texts. The bars of tunes add up, and key,
   * meter and number of bars are those asked for.
   *
   * Throws `RangeError` if what is asked for is impossible for the model, such as a key that it does not know.
   */
  async compose(options: ComposeOptions = {}): Promise<Composition[]> {
    expectOptions("compose", options, [...Object.keys(COMPOSING), "prime", "signal", "pause"]);
    const { prime = "", signal, pause, ...asked } = options;
    expectText("compose", "prime", prime);
    const settings = complete(COMPOSING, asked, "compose");
    const { tokenizer, network } = this;
    const notation = notationOf("compose", tokenizer);
    const plan = planComposition({ tokenizer, notation }, settings, prime);
    const drafts = await samplePieces(network, notation.rules, plan.demands, {
      ...{ count: settings.count, seed: settings.seed, prime: plan.prime, settings, signal, pause },
    });
    return drafts.map((draft) => this.#finish(draft));
  }

  /**
   * Adds voices below a melody of time steps: samples `bestOf` harmonies side by side, of which those that become
   * unlikely make way for others, and returns the likeliest one.
   *
   * Throws `RangeError` if the model is not one of piano rolls, or the melody has no note, several at a time, or one
   * that the model does not know.
   */
  async harmonize(melody: PianoRoll, options: HarmonizeOptions = {}): Promise<Composition> {
    expectOptions("harmonize", options, [...Object.keys(HARMONIZING), "signal", "pause"]);
    const { signal, pause, ...asked } = options;
    const { voices, bestOf, temperature, seed } = complete(HARMONIZING, asked, "harmonize");
    const { network, notation } = this;
    if (notation.steps === undefined) {
      throw new InputRangeError("harmonize: expected a model of piano rolls, found one of another notation");
    }
    const demands = harmonyDemands(melodyOf(melody), voices, notation.steps);
    const settings = completeSampling({ temperature });
    const sampling = { count: bestOf, seed, settings, resample: true, signal, pause };
    const drafts = await samplePieces(network, notation.rules, demands, sampling);
    return this.#finish(drafts.reduce((best, draft) => draft.logProbability > best.logProbability ? draft : best));
  }

  #finish({ ids, reader, logProbability }: Draft): Composition {
    const own = ids.filter((id) => id !== this.notation.end);
    return { text: this.tokenizer.decode(own), logProbability, tokens: ids.length, steps: reader.steps };
  }

  #encode(action: string, pieces: readonly string[]): Int32Array[] {
    return encodePieces(action, pieces, { tokenizer: this.tokenizer, notation: this.notation });
  }
}
