import { InputRangeError } from "../../errors.ts";
import type { FrameColumns, VectorReading, VectorSequence } from "../data/mod.ts";
import { count, type Processor } from "../task_model/mod.ts";
import type { Frames } from "../batching/mod.ts";
import {
  ACTION,
  expectFitting,
  expectFrameOptions,
  FRAME_KINDS,
  FRAME_SCALINGS,
  type FrameKind,
  type FrameOptions,
  type FrameScaling,
  isPicture,
} from "./frame_options.ts";
import { resample } from "./frames.ts";
import { movePictures, moveToMiddle } from "./picture_frames.ts";
import { findSkeleton, type Skeleton } from "./skeleton.ts";

/** The configuration of a `FrameProcessor`, as saved in `preprocessor_config.json`. */
export interface FrameProcessing {
  /** The kind of frames. */
  readonly kind: FrameKind;
  /** Number of values in a frame. */
  readonly channels: number;
  /** How values are scaled. */
  readonly scaling: FrameScaling;
  /** Whether the differences to the frame before follow the values of a frame. */
  readonly velocities: boolean;
  /** Longer sequences are shortened to this number of frames. */
  readonly maxFrames: number;
  /** Subtracted from each channel; one number if it is the same for all. */
  readonly center: readonly number[];
  /** Divides each channel; one number if it is the same for all. */
  readonly scale: readonly number[];
  /** Divides the scaled differences of each channel; one number if it is the same for all. */
  readonly velocityScale: readonly number[];
  /** The layout of the joints; null for other frames. */
  readonly skeleton: Skeleton | null;
  /** Height and width of pictures; null for other frames. */
  readonly picture: readonly [height: number, width: number] | null;
  /** Whether each picture is moved so that what differs from its background lies in the middle. */
  readonly centered: boolean;
  /** Frames a second of videos; null for other frames. */
  readonly frameRate: number | null;
  /** Number of frames of a training sequence of middle length; null in earlier files. */
  readonly usualFrames?: number | null;
  /** The columns of the tables of frames that the training sequences come from; absent if they come from others. */
  readonly columns?: FrameColumns;
}

/** Scales shorter than this are taken for 1: the channel does not change. */
const SHORTEST = 1e-6;

/**
 * Turns the frames of a sequence into the inputs of a network: scales them, centers skeletons in a joint, and adds the
 * differences between successive frames.
 *
 * @example
 * ```ts
 * import { FrameProcessor } from "@elman/elman";
 * import { vectorSequence } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = vectorSequence([[1], [3]]);
 * const processor = FrameProcessor.fit([sequence], { scaling: "none" });
 * assertEquals([...processor.encode(sequence).frames], [1, 0, 3, 2]); // Each value and its difference.
 * ```
 */
export class FrameProcessor implements Processor {
  #processing: FrameProcessing;

  /** Use `fit` or `fromJSON` instead. */
  private constructor(processing: FrameProcessing) {
    this.#processing = processing;
  }

  /**
   * Makes a processor whose figures fit training sequences. Throws `TypeError` or `RangeError` if an option is invalid
   * or does not fit them.
   */
  static fit(sequences: readonly VectorSequence[], options: FrameOptions = {}): FrameProcessor {
    expectFrameOptions(options);
    if (sequences.length === 0) throw new InputRangeError(`${ACTION}: expected at least 1 sequence, found none`);
    const { kind = "values", scaling = "data", velocities = true, maxFrames = 1000, picture } = options;
    const [{ channels }] = sequences;
    expectFitting(kind, channels, options);
    const base: FrameProcessing = {
      ...{ kind, channels, scaling, velocities, maxFrames, center: [0], scale: [1], velocityScale: [1] },
      skeleton: kind === "skeleton" ? findSkeleton(sequences, options) : null,
      picture: kind === "picture" ? picture ?? null : null,
      centered: kind === "picture" && (options.centered ?? true),
      frameRate: options.frameRate ?? null,
      usualFrames: Math.min(maxFrames, middleLength(sequences)),
      ...options.columns && { columns: options.columns },
    };
    if (scaling === "none") return new FrameProcessor(base);
    const isShared = kind !== "values";
    const placed = new FrameProcessor({ ...base, scaling: "none", velocities: false, centered: false });
    const figures = scaling === "data" ? figuresOf(sequences.map((s) => placed.encode(s)), channels, isShared) : {};
    const scaled = new FrameProcessor({ ...base, ...figures, velocities: true });
    const moves = sequences.map((sequence) => scaled.#velocitiesOf(scaled.#scaled(scaled.shorten(sequence))));
    const { scale: velocityScale } = figuresOf(moves, channels, isShared, true);
    return new FrameProcessor({ ...base, ...figures, velocityScale });
  }

  /** Reads what `toJSON` returned. Throws `RangeError` if it is something else. */
  static fromJSON(json: unknown): FrameProcessor {
    const found = json as FrameProcessing | null;
    const isList = (value: unknown, lengths: number[]): boolean =>
      Array.isArray(value) && lengths.includes(value.length) && value.every(Number.isFinite);
    const lengths = [1, found?.channels ?? 0];
    const isWhole = typeof found === "object" && found !== null && FRAME_KINDS.includes(found.kind) &&
      FRAME_SCALINGS.includes(found.scaling) && Number.isSafeInteger(found.channels) && found.channels >= 1 &&
      typeof found.velocities === "boolean" && [undefined, true, false].includes(found.centered) &&
      Number.isSafeInteger(found.maxFrames) && found.maxFrames >= 1 &&
      [found.center, found.scale, found.velocityScale].every((list) => isList(list, lengths)) &&
      (found.frameRate === null || Number.isFinite(found.frameRate) && found.frameRate > 0) &&
      ((found.usualFrames ?? null) === null || Number.isSafeInteger(found.usualFrames) && found.usualFrames! >= 1) &&
      (found.columns === undefined || isColumns(found.columns, found.channels)) &&
      (found.kind !== "picture" || isPicture(found.picture, found.channels)) &&
      (found.kind !== "skeleton" || isSkeleton(found.skeleton, found.channels));
    // Processors of earlier versions do not center pictures.
    if (isWhole) return new FrameProcessor({ ...found, centered: found.centered ?? false });
    throw new InputRangeError("read a frame processor: expected what toJSON returned, found other JSON");
  }

  /** Serializes the processor. */
  toJSON(): FrameProcessing {
    return this.#processing;
  }

  /** The kind of frames. */
  get kind(): FrameKind {
    return this.#processing.kind;
  }

  /** Number of values in a frame. */
  get channels(): number {
    return this.#processing.channels;
  }

  /** The layout of the joints, if frames are skeletons. */
  get skeleton(): Skeleton | null {
    return this.#processing.skeleton;
  }

  /** Height and width, if frames are pictures. */
  get picture(): readonly [height: number, width: number] | null {
    return this.#processing.picture;
  }

  /** Whether each picture is moved so that what differs from its background lies in the middle. */
  get isCentered(): boolean {
    return this.#processing.centered;
  }

  /** Frames a second, if they come from videos. */
  get frameRate(): number | null {
    return this.#processing.frameRate;
  }

  /** Number of frames of a training sequence of middle length; null if the processor does not know it. */
  get usualFrames(): number | null {
    return this.#processing.usualFrames ?? null;
  }

  /** How files are read to suit the model: the columns of tables, videos, and which of several kinds of files. */
  get reading(): VectorReading {
    const { columns, picture } = this.#processing;
    return { ...this.video, ...columns && { columns }, prefers: picture ? "clips" : "sounds" };
  }

  /** How videos are decoded to suit the model. */
  get video(): { readonly size?: number; readonly fps?: number } {
    const { picture, frameRate } = this.#processing;
    return { ...picture && { size: picture[0] }, ...frameRate !== null && { fps: frameRate } };
  }

  /** The numbers that are subtracted from the channels; one if it is the same for all. */
  get center(): readonly number[] {
    return this.#processing.center;
  }

  /** Number of inputs for each frame. */
  get width(): number {
    const { channels, velocities } = this.#processing;
    return velocities ? 2 * channels : channels;
  }

  /** Returns the inputs `[length, width]` of a sequence. Throws `RangeError` if it has other channels. */
  encode(sequence: VectorSequence): Frames {
    return this.inputsOf(this.shorten(sequence));
  }

  /** Returns the frames of a sequence, at most `maxFrames`. Throws `RangeError` if it has other channels. */
  shorten({ frames, length, channels: found, source }: VectorSequence): Frames {
    const { channels, maxFrames } = this.#processing;
    if (found !== channels) {
      throw new InputRangeError(`expected ${count(channels, "value")} a frame in ${source}, found ${found}`);
    }
    return length > maxFrames ? resample(frames, length, channels, maxFrames) : { frames, length };
  }

  /** Returns the inputs for frames; `disturb` may change the scaled values in place. */
  inputsOf(given: Frames, disturb?: (values: Float32Array) => void): Frames {
    const { channels, velocities, velocityScale } = this.#processing;
    const scaled = this.#scaled(given);
    disturb?.(scaled.frames);
    const { frames: values, length } = this.#centered(scaled);
    const moves = velocities ? this.#velocitiesOf(scaled).frames : undefined;
    this.#centerPictures(given.frames, moves ? [values, moves] : [values]);
    if (!moves) return { frames: values, length };
    const frames = new Float32Array(length * 2 * channels);
    for (let t = 0; t < length; t++) {
      frames.set(values.subarray(t * channels, (t + 1) * channels), 2 * t * channels);
      for (let c = 0; c < channels; c++) {
        frames[(2 * t + 1) * channels + c] = moves[t * channels + c] / velocityScale[c % velocityScale.length];
      }
    }
    return { frames, length };
  }

  #scaled({ frames, length }: Frames): Frames {
    const { channels, scaling, kind } = this.#processing;
    const own = scaling === "sequence"
      ? figuresOf([this.#centered({ frames, length })], channels, kind !== "values")
      : this.#processing;
    // The center of a skeleton is its reference joint.
    const center = kind === "skeleton" ? [0] : own.center;
    const { scale } = own;
    return {
      frames: frames.map((value, i) =>
        (value - center[i % channels % center.length]) / scale[i % channels % scale.length]
      ),
      length,
    };
  }

  /** Returns the frames relative to the reference joint. */
  #centered({ frames, length }: Frames): Frames {
    const { channels, skeleton } = this.#processing;
    if (skeleton === null) return { frames, length };
    const { coordinates, reference } = skeleton;
    const values = frames.map((value, i) =>
      value - frames[i - i % channels + reference * coordinates + i % channels % coordinates]
    );
    return { frames: values, length };
  }

  /** Moves values and differences of pictures, in place, as it brings what each picture shows to the middle. */
  #centerPictures(pictures: Float32Array, all: readonly Float32Array[]): void {
    const { channels, picture, centered } = this.#processing;
    if (!centered || picture === null) return;
    for (let at = 0; at < pictures.length; at += channels) {
      const move = moveToMiddle(pictures.subarray(at, at + channels), picture);
      for (const frames of all) movePictures(frames.subarray(at, at + channels), picture, move);
    }
  }

  /** Returns the differences to the frame before; zeros in the first frame. */
  #velocitiesOf({ frames, length }: Frames): Frames {
    const { channels } = this.#processing;
    return { frames: frames.map((value, i) => i < channels ? 0 : value - frames[i - channels]), length };
  }
}

function middleLength(sequences: readonly VectorSequence[]): number {
  const lengths = sequences.map(({ length }) => length).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)];
}

function isColumns(value: FrameColumns | null, channels: number): boolean {
  const isName = (name: unknown): boolean => typeof name === "string";
  return typeof value === "object" && value !== null && isName(value.id) && isName(value.labelColumn ?? "") &&
    Array.isArray(value.channels) && value.channels.length === channels && value.channels.every(isName);
}

function isSkeleton(value: Skeleton | null, channels: number): boolean {
  const joints = channels / (value?.coordinates ?? 1);
  const isJoint = (joint: unknown): boolean =>
    Number.isSafeInteger(joint) && (joint as number) >= 0 &&
    (joint as number) < joints;
  return value !== null && typeof value === "object" && (value.coordinates === 2 || value.coordinates === 3) &&
    Number.isInteger(joints) && isJoint(value.reference) && Array.isArray(value.pairs) &&
    Number.isSafeInteger(value.vertical) && value.vertical >= 0 && value.vertical < value.coordinates &&
    value.pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isJoint));
}

/** Computes the mean and the standard deviation of each channel, or of all; `isCentered` takes the mean for 0. */
function figuresOf(
  sequences: readonly Frames[],
  channels: number,
  isShared: boolean,
  isCentered = false,
): { readonly center: readonly number[]; readonly scale: readonly number[] } {
  const size = isShared ? 1 : channels;
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  let n = 0;
  for (const { frames } of sequences) {
    frames.forEach((value, i) => sums[i % size] += value);
    n += frames.length / size;
  }
  const center = Array.from(sums, (sum) => isCentered ? 0 : sum / n);
  for (const { frames } of sequences) {
    frames.forEach((value, i) => squares[i % size] += (value - center[i % size]) ** 2);
  }
  const scale = Array.from(squares, (sum) => Math.sqrt(sum / n)).map((scale) => scale < SHORTEST ? 1 : scale);
  return { center, scale };
}
