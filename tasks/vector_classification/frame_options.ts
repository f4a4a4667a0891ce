import { InputRangeError } from "../../errors.ts";
import { count, describeValue, expectKinds, type OptionKinds, refuse } from "../../src/schema/mod.ts";
import type { FrameColumns } from "../data/mod.ts";
import type { GivenSkeleton } from "./skeleton.ts";

/**
 * The kinds of frames: values of any kind, joints of a skeleton, or pictures.
 *
 * @example
 * ```ts
 * import { vectorSequence } from "@elman/elman/data";
 * import { FRAME_KINDS, FrameProcessor } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const sequences = [vectorSequence([[1, 5], [2, 5], [3, 5]])];
 * const { kind } = FrameProcessor.fit(sequences, { kind: "values" });
 * assertEquals(FRAME_KINDS.includes(kind), true);
 * ```
 */
export const FRAME_KINDS = ["values", "skeleton", "picture"] as const;

/** The kind of frames: values of any kind, joints of a skeleton, or pictures. */
export type FrameKind = typeof FRAME_KINDS[number];

/**
 * All ways to scale values.
 *
 * @example
 * ```ts
 * import { vectorSequence } from "@elman/elman/data";
 * import { FrameProcessor, FRAME_SCALINGS } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const sequence = vectorSequence([[1], [3]]);
 * const [byData, , none] = FRAME_SCALINGS.map((scaling) =>
 *   FrameProcessor.fit([sequence], { scaling, velocities: false })
 * );
 * assertEquals([...byData.encode(sequence).frames], [-1, 1]);
 * assertEquals([...none.encode(sequence).frames], [1, 3]);
 * ```
 */
export const FRAME_SCALINGS = ["data", "sequence", "none"] as const;

/** How values are scaled: by figures of the training data, each sequence by its own, or not at all. */
export type FrameScaling = typeof FRAME_SCALINGS[number];

/** Options of `FrameProcessor.fit`. */
export interface FrameOptions extends GivenSkeleton {
  /** The kind of frames. Default: "values". */
  readonly kind?: FrameKind;
  /** How values are scaled. Default: "data". */
  readonly scaling?: FrameScaling;
  /** Whether to add the differences to the frame before. Default: true. */
  readonly velocities?: boolean;
  /** Longer sequences are shortened to this number of frames. Default: 1000. */
  readonly maxFrames?: number;
  /** Height and width of pictures. */
  readonly picture?: readonly [height: number, width: number];
  /** Whether to move each picture so that what differs from its background lies in the middle. Default: true. */
  readonly centered?: boolean;
  /** Frames a second, if they come from videos. */
  readonly frameRate?: number;
  /** The columns of the tables of frames that the sequences come from. */
  readonly columns?: FrameColumns;
}

/** Describes `FrameProcessor.fit` in messages. */
export const ACTION = "fit a frame processor";

const KINDS: OptionKinds<FrameOptions> = {
  ...{ kind: FRAME_KINDS, scaling: FRAME_SCALINGS, velocities: "boolean", maxFrames: "number" },
  ...{ picture: "list", centered: "boolean", frameRate: "number", columns: Object },
  ...{ coordinates: "number", reference: "number", vertical: "number" },
};

/** Throws `TypeError` or `RangeError` if an option is invalid for any sequences. */
export function expectFrameOptions(options: FrameOptions): void {
  expectKinds(ACTION, options, KINDS);
  const { maxFrames = 1, frameRate = 1, coordinates = 2, reference = 0, vertical = 0 } = options;
  if (!Number.isSafeInteger(maxFrames) || maxFrames < 1) {
    refuse(ACTION, "maxFrames", "a whole number of at least 1", maxFrames);
  }
  if (!Number.isFinite(frameRate) || frameRate <= 0) refuse(ACTION, "frameRate", "a number above 0", frameRate);
  if (!Number.isSafeInteger(reference) || reference < 0) refuse(ACTION, "reference", "a whole number", reference);
  if (![0, 1, 2].includes(vertical)) refuse(ACTION, "vertical", "0, 1 or 2", vertical);
  if (coordinates !== 2 && coordinates !== 3) refuse(ACTION, "coordinates", "2 or 3", coordinates);
}

/** Throws `RangeError` if the kind does not fit the number of channels. */
export function expectFitting(
  kind: FrameKind,
  channels: number,
  { picture, coordinates, reference }: FrameOptions,
): void {
  if (kind === "picture" && !isPicture(picture, channels)) {
    throw new InputRangeError(
      `${ACTION}: expected the height and width of pictures of ${count(channels, "value")}, found ${
        describeValue(picture)
      }`,
    );
  }
  if (kind !== "skeleton") return;
  const sizes = coordinates === undefined ? [3, 2] : [coordinates];
  const size = sizes.find((size) => channels % size === 0 && channels > size);
  if (size === undefined) {
    throw new InputRangeError(
      `${ACTION}: expected several joints of ${sizes.join(" or ")} coordinates, found ${
        count(channels, "value")
      } a frame`,
    );
  }
  if (reference === undefined || reference < channels / size) return;
  throw new InputRangeError(
    `${ACTION}: expected the reference to be one of ${channels / size} joints, found joint ${
      reference + 1
    }, counted from 1`,
  );
}

/** Whether a value is the height and width of pictures of a number of values. */
export function isPicture(value: unknown, channels: number): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger) &&
    value[0] * value[1] === channels;
}
