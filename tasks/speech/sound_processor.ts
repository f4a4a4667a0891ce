import { InputRangeError } from "../../errors.ts";
import { boolean, choice, complete, integer, number, type Schema } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import {
  countFrames,
  expectHearable,
  expectSamples,
  hear,
  joinSamples,
  LogMel,
  type Recording,
  resampledLength,
  resampleParts,
  resampleSound,
  samplesIn,
  shiftSeconds,
  type Sound,
} from "../data/audio/mod.ts";
import type { Frames } from "../batching/mod.ts";
import type { Processor } from "../task_model/mod.ts";
import { withDeltas } from "./deltas.ts";
import { type BandFigures, figuresOf, normalize, RunningFigures, RunningNorm } from "./normalization.ts";

/** All ways to normalize features. */
export const NORMALIZATIONS = ["utterance", "running", "data", "none"] as const;

/**
 * How the features of a sound are normalized: by its own figures, by those of its past, by those of the training
 * sounds, or not at all.
 */
export type Normalization = typeof NORMALIZATIONS[number];

/** The options of a `SoundProcessor`. */
export interface SoundOptions {
  /** Samples a second; sounds of other rates are resampled. Default: 16,000. */
  readonly rate: number;
  /** Number of log-mel bands. Default: 40. */
  readonly bands: number;
  /** Number of successive frames, one every 10 ms, that the network reads as one. Default: 3. */
  readonly stack: number;
  /** Whether the slopes of the bands follow them in each frame. Default: false. */
  readonly deltas: boolean;
  /** How features are normalized. Default: "utterance". */
  readonly normalization: Normalization;
  /**
   * Standard deviation of the noise that is added to the samples, from -1 to 1, of each frame; Kaldi's `dither` of 1 is
   * 2^-15. Default: 0.
   */
  readonly dither: number;
}

/** The schema of the options. */
export const SOUND_OPTIONS: Schema<SoundOptions> = {
  rate: integer({
    group: "data",
    min: 1000,
    max: 192_000,
    default: 16_000,
    help: "Samples a second that the model hears; sounds of other rates are resampled.",
  }),
  bands: integer({ group: "data", min: 2, max: 256, default: 40, help: "Number of log-mel bands." }),
  stack: integer({
    group: "data",
    min: 1,
    max: 20,
    default: 3,
    help: "Number of successive frames, one every 10 ms, that the network reads as one.",
  }),
  deltas: boolean({ group: "data", default: false, help: "Read the slopes of the bands beside the bands." }),
  normalization: choice(NORMALIZATIONS, {
    group: "data",
    default: "utterance",
    help: "Normalize sounds: each by its own figures, by those of its past, by those of all training sounds, or not.",
  }),
  dither: number({
    group: "data",
    min: 0,
    default: 0,
    help: "Standard deviation of the noise that is added to the samples, from -1 to 1, of each frame.",
  }),
};

/** The configuration of a `SoundProcessor`, as saved in `preprocessor_config.json`. */
export interface SoundProcessing extends SoundOptions, BandFigures {}

/** Seconds of a slice of a sound, and frames of its features. */
const [SLICE, SLICE_FRAMES] = [0.2, 20];

/**
 * Turns sounds into the inputs of a network: log-mel filterbanks as Kaldi and torchaudio define them, normalized, some
 * successive frames read as one.
 *
 * @example
 * ```ts
 * import { NORMALIZATIONS, SoundProcessor } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const sound = { samples: Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i / 5)), rate: 16000 };
 * const processor = await SoundProcessor.fit([sound], { bands: 20, stack: 2, normalization: "data" });
 * const { frames, length } = await processor.encode(sound);
 * assertEquals([processor.width, length, frames.length], [40, 49, 49 * 40]); // One second.
 * assertEquals(NORMALIZATIONS.includes(processor.normalization), true);
 * ```
 */
export class SoundProcessor implements Processor {
  #processing: SoundProcessing;
  #logMel: Promise<LogMel> | undefined;

  private constructor(processing: SoundProcessing) {
    this.#processing = processing;
  }

  /** Makes a processor with the figures of training sounds. Throws `RangeError` if an option is invalid. */
  static async fit(
    sounds: readonly (Sound | Recording)[],
    options: Partial<SoundOptions> = {},
  ): Promise<SoundProcessor> {
    const given = complete(SOUND_OPTIONS, options, "fit a sound processor");
    const { bands, normalization } = given;
    const base = new SoundProcessor({ ...given, ...figuresOf([], bands) });
    if (normalization === "utterance" || normalization === "none") return base;
    const running = new RunningFigures(bands);
    const breather = new Breather();
    for (const sound of sounds) {
      running.add(await base.features(sound));
      await breather.breathe();
    }
    return new SoundProcessor({ ...given, ...running.figures });
  }

  /** Reads what `toJSON` returned. Throws `RangeError` if it is something else. */
  static fromJSON(json: unknown): SoundProcessor {
    const action = "read a sound processor";
    const { center, scale, ...options } = (json ?? {}) as SoundProcessing;
    const given = complete(SOUND_OPTIONS, options, action);
    const isList = (list: unknown): boolean =>
      Array.isArray(list) && list.length === given.bands && list.every(Number.isFinite);
    if (isList(center) && isList(scale)) return new SoundProcessor({ ...given, center, scale });
    throw new InputRangeError(`${action}: expected the mean and the scale of ${given.bands} bands, found others`);
  }

  /** Serializes the processor. */
  toJSON(): SoundProcessing {
    return this.#processing;
  }

  /** Samples a second. */
  get rate(): number {
    return this.#processing.rate;
  }

  /** How features are normalized. */
  get normalization(): Normalization {
    return this.#processing.normalization;
  }

  /** Number of values of a frame of the network. */
  get width(): number {
    const { bands, deltas, stack } = this.#processing;
    return bands * stack * (deltas ? 2 : 1);
  }

  /** Number of bands of a frame of the features. */
  get bands(): number {
    return this.#processing.bands;
  }

  /** Seconds from a frame of the features to the next: about 0.01, a whole number of samples. */
  get featureSeconds(): number {
    return shiftSeconds(this.rate);
  }

  /** Seconds from a frame of the network to the next. */
  get frameSeconds(): number {
    return this.featureSeconds * this.#processing.stack;
  }

  /** Number of frames that the network reads of features. */
  countFrames(features: Float32Array): number {
    const { bands, stack } = this.#processing;
    return Math.floor(features.length / bands / stack);
  }

  /** Number of frames that the network reads of a sound, or of one that is played faster by a factor. */
  framesOf(sound: Sound | Recording, speed = 1): number {
    expectHearable(sound, "count frames");
    const { stack, rate: own } = this.#processing;
    const { rate } = sound;
    const played = resampledLength(samplesIn(sound), Math.round(rate * speed), rate);
    return Math.floor(countFrames(resampledLength(played, rate, own), own) / stack);
  }

  /** Computes the log-mel bands of a sound, one row every 10 ms. */
  async features(sound: Sound | Recording): Promise<Float32Array> {
    expectHearable(sound, "hear a sound");
    const heard = await hear(sound);
    expectSamples(heard.samples, "hear a sound");
    return (await this.#load()).compute(resampleSound(heard, this.rate).samples);
  }

  /** Computes the same in slices of the sound; `pause` is awaited after each. */
  async featuresInSlices(sound: Sound, pause: () => Promise<void>): Promise<Float32Array> {
    expectHearable(sound, "hear a sound");
    expectSamples(sound.samples, "hear a sound");
    const logMel = await this.#load();
    const samples: Float32Array[] = [];
    for await (const part of resampleParts(slicesOf(sound, pause), sound.rate, this.rate)) samples.push(part);
    const all = joinSamples(samples);
    const features: Float32Array[] = [];
    const frames = logMel.countFrames(all.length);
    for (let t = 0; t < frames; t += SLICE_FRAMES) {
      const end = Math.min(frames, t + SLICE_FRAMES) - 1;
      features.push(logMel.compute(all.subarray(t * logMel.shift, end * logMel.shift + logMel.length), t));
      await pause();
    }
    return joinSamples(features);
  }

  /** Returns the inputs for features; `disturb` may change the normalized bands in place. */
  inputsOf(features: Float32Array, disturb?: (bands: Float32Array) => void): Frames {
    const { bands, deltas } = this.#processing;
    const normalized = this.#normalized(features);
    disturb?.(normalized);
    const rows = deltas ? withDeltas(normalized, bands) : normalized;
    const length = this.countFrames(features);
    return { frames: rows.subarray(0, length * this.width), length };
  }

  /** Returns the inputs for a sound. */
  async encode(sound: Sound | Recording): Promise<Frames> {
    return this.inputsOf(await this.features(sound));
  }

  /**
   * Begins to turn a sound into inputs while it arrives. Throws `RangeError` if the inputs of a frame depend on later
   * ones.
   */
  async stream(): Promise<SoundStream> {
    const { normalization, deltas } = this.#processing;
    if (normalization === "utterance" || deltas) {
      const found = deltas ? "deltas" : "normalization by the whole sound";
      throw new InputRangeError(`transcribe a stream: expected a model without ${found}, found one with it`);
    }
    return new SoundStream(this.#processing, await this.#load(), this.width);
  }

  #normalized(features: Float32Array): Float32Array {
    const { normalization, bands } = this.#processing;
    if (normalization === "none") return features.slice();
    if (normalization === "running") return new RunningNorm(this.#processing).next(features);
    return normalize(features, normalization === "data" ? this.#processing : figuresOf([features], bands));
  }

  #load(): Promise<LogMel> {
    const { rate, bands, dither } = this.#processing;
    return this.#logMel ??= LogMel.create({ rate, bands, dither });
  }
}

/** Yields the samples of a sound in slices, each after a pause. */
export async function* slicesOf(
  { samples, rate }: Sound,
  pause: () => Promise<void>,
): AsyncGenerator<Float32Array, void, void> {
  const size = Math.ceil(rate * SLICE);
  for (let start = 0; start < samples.length; start += size) {
    await pause();
    yield samples.subarray(start, start + size);
  }
}

/**
 * Turns a sound into inputs while it arrives; the inputs are those of the whole sound.
 *
 * @example
 * ```ts
 * import { SoundProcessor, type SoundStream } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const processor = await SoundProcessor.fit([], { bands: 10, normalization: "none" });
 * const stream: SoundStream = await processor.stream();
 * assertEquals(stream.push(new Float32Array(700)).length, 0);
 * assertEquals(stream.push(new Float32Array(100)).length, 1); // Three frames of 10 ms, the last of 25 ms.
 * ```
 */
export class SoundStream {
  #logMel: LogMel;
  #width: number;
  #norm: { next(frames: Float32Array): Float32Array };
  /** Number of frames so far. */
  #frames = 0;
  /** Samples of which no whole frame has been made, and bands of which no whole input has. */
  #samples = new Float32Array(0);
  #rows = new Float32Array(0);

  /** @internal */
  constructor(processing: SoundProcessing, logMel: LogMel, width: number) {
    this.#logMel = logMel;
    this.#width = width;
    const others = { next: (frames: Float32Array) => normalize(frames, processing) };
    const none = { next: (frames: Float32Array) => frames };
    const { normalization } = processing;
    this.#norm = normalization === "running" ? new RunningNorm(processing) : normalization === "none" ? none : others;
  }

  /** Takes further samples, of the processor's rate, and returns the inputs that are complete with them. */
  push(samples: Float32Array): Frames {
    expectSamples(samples, "hear a sound");
    const all = joinSamples([this.#samples, samples]);
    const count = this.#logMel.countFrames(all.length);
    const rows = joinSamples([this.#rows, this.#norm.next(this.#logMel.compute(all, this.#frames))]);
    const length = Math.floor(rows.length / this.#width);
    this.#frames += count;
    this.#samples = all.slice(count * this.#logMel.shift);
    this.#rows = rows.slice(length * this.#width);
    return { frames: rows.subarray(0, length * this.#width), length };
  }
}
