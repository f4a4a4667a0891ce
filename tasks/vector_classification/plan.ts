import { InputRangeError } from "../../errors.ts";
import {
  boolean,
  choice,
  custom,
  describeValue,
  integer,
  nullable,
  number,
  path,
  type Schema,
  string,
} from "../../src/schema/mod.ts";
import {
  FILE,
  FRACTIONS,
  readVectorSequences,
  type VectorReading,
  type VectorSequence,
  type VectorSequences,
} from "../data/mod.ts";
import { generateMotions } from "../default_data/mod.ts";
import { namesKnown } from "../data/data_format.ts";
import { needingData } from "../data/fields.ts";
import { VIDEO_DEFAULTS } from "../data/vector_sequences/mod.ts";
import { count, type DataSet, type Host } from "../task_model/mod.ts";
import { describeFile, describeShortened } from "./describe.ts";
import { FRAME_KINDS, FRAME_SCALINGS, type FrameKind, type FrameOptions, type FrameScaling } from "./frame_options.ts";
import { FrameProcessor } from "./frame_processor.ts";
import type { VectorClassifierConfig } from "./hyperparameters.ts";
import { idleOptions } from "./idle_options.ts";
import { splitSequences, type VectorCorpus, vectorLabels } from "./sequences.ts";
import { detectCoordinates } from "./skeleton.ts";

/** The fields of files with sequences. */
export interface VectorFormat {
  /** Field of the labels; null to detect it. */
  readonly labelColumn: string | null;
  /** Column of a table of frames that tells the sequence of each; null to detect it. */
  readonly id: string | null;
}

/** The source of labeled sequences, their split, and how frames are processed. */
export interface VectorPlan extends VectorFormat {
  /** The data file. */
  readonly data: string | null;
  /** Validation file. */
  readonly valid: string | null;
  /** Test file. */
  readonly test: string | null;
  /** Field of the groups whose sequences stay together; null for none. */
  readonly group: string | null;
  /** Number of folds to cross-validate with, or "leave-one-out"; null to train one model. */
  readonly folds: number | "leave-one-out" | null;
  /**
   * Share of the sequences used for validation if there is no validation file. Default: 0.1; 0 with `folds`, and with a
   * test of few sequences.
   */
  readonly validFraction: number | null;
  /** Share of the sequences used for testing if there is no test file. Default: 0. */
  readonly testFraction: number;
  /** Height and width of the frames of videos, in pixels. Default: 32. */
  readonly size: number;
  /** Frames a second of videos. Default: 15. */
  readonly fps: number;
  /** Kind of frames; null to detect it. */
  readonly kind: FrameKind | null;
  /** Number of coordinates of a joint; null to detect it. */
  readonly coordinates: number | null;
  /** The joint in which skeletons are centered, from 1; null to detect it. */
  readonly reference: number | null;
  /** How values are scaled. Default: "data". */
  readonly scaling: FrameScaling;
  /** Whether to add the differences between successive frames. Default: true. */
  readonly velocities: boolean;
  /** Whether to center pictures in what differs from their background. */
  readonly center: boolean;
  /** Maximum number of frames; longer sequences are shortened to it. Default: 1000. */
  readonly maxFrames: number;
  /** Whether to fit the temperature on the validation sequences after training. */
  readonly calibrate: boolean;
  /** Seed of the split. */
  readonly seed: number;
}

/** The schema of the fields of files with sequences. */
export const VECTOR_FORMAT: Schema<VectorFormat> = {
  labelColumn: nullable(string({
    group: "data",
    value: "NAME",
    defaultText: "label, class, action or similar",
    help: "Field that holds the labels: a name, or the path of a JSON value (a.b).",
  })),
  id: nullable(string({
    group: "data",
    value: "NAME",
    defaultText: "id, sequence, clip or similar",
    help: "Column of a table of frames that tells the sequence of each.",
  })),
};

const LEAVE_ONE_OUT = "leave-one-out";

/** The schema of the source, split and processing of labeled sequences. */
export const VECTOR_PLAN: Schema<VectorPlan> = {
  data: nullable(path({
    ...FILE,
    help: "Labeled sequences of numbers to train on, such as JSON Lines with a label and a list of frames in each " +
      "record, or a folder with a folder of videos or sounds for each label.",
  })),
  valid: nullable(
    path({ ...FILE, needs: ["data"], help: "Validation sequences.", defaultText: "a share of the data" }),
  ),
  test: nullable(path({ ...FILE, needs: ["data"], help: "Test sequences, evaluated once after training." })),
  ...needingData(VECTOR_FORMAT),
  group: nullable(string({
    group: "data",
    needs: ["data"],
    value: "NAME",
    help: "Field that tells who or what a sequence comes from, or the beginning of a part of the name of its file; " +
      "the sequences of a group stay in one part of the data.",
  })),
  folds: nullable(custom<number | "leave-one-out">({
    group: "data",
    value: "K",
    notWith: ["valid", "test", "testFraction", "calibrate"],
    check: (value) =>
      value === LEAVE_ONE_OUT || Number.isSafeInteger(Number(value)) && Number(value) >= 2
        ? undefined
        : `a whole number of at least 2, or ${LEAVE_ONE_OUT}`,
    help: "Cross-validate: train K models, each measured on the part of the data that it has not seen; with " +
      "leave-one-out, a part is one group or, without --group, one sequence. Saves figures but no model.",
  })),
  validFraction: nullable({
    ...FRACTIONS.validFraction,
    defaultText: "0.1; 0 with --folds, or with a test part and fewer than 300 other sequences",
  }),
  testFraction: FRACTIONS.testFraction,
  size: integer({
    group: "data",
    min: 4,
    max: 512,
    default: VIDEO_DEFAULTS.size,
    help: "Height and width to which the frames of videos are scaled, in pixels.",
  }),
  fps: number({
    group: "data",
    above: 0,
    max: 1000,
    default: VIDEO_DEFAULTS.fps,
    help: "Number of frames a second that are read of videos.",
  }),
  kind: nullable(choice(FRAME_KINDS, {
    group: "data",
    defaultText: "detected",
    help: "Kind of frames: values of any kind, the joints of a skeleton, or a picture.",
  })),
  coordinates: nullable(integer({
    group: "data",
    min: 2,
    max: 3,
    defaultText: "detected",
    help: "Number of coordinates of each joint of a skeleton.",
  })),
  reference: nullable(integer({
    group: "data",
    value: "JOINT",
    min: 1,
    defaultText: "the most central one",
    help: "Number of the joint, from 1, in which skeletons are centered.",
  })),
  scaling: choice(FRAME_SCALINGS, {
    group: "data",
    default: "data",
    help: "Scale values by figures of the training data, each sequence by its own, or not at all.",
  }),
  velocities: boolean({
    group: "data",
    default: true,
    defaultText: "on",
    off: { option: "no-velocities", help: "Read the values of a frame only." },
    help: "Read the differences to the frame before beside the values of a frame.",
  }),
  center: boolean({
    group: "data",
    default: true,
    defaultText: "on",
    off: { option: "no-center", help: "Leave pictures as they are: where something is seen tells the label." },
    help: "Move each picture so that what differs from its background lies in the middle.",
  }),
  maxFrames: integer({
    group: "data",
    min: 1,
    default: 1000,
    help: "Maximum number of frames; longer sequences are shortened to it by interpolation.",
  }),
  calibrate: boolean({
    group: "run",
    default: false,
    isFree: true,
    help: "Calibrate the probabilities on the validation sequences after training, by temperature scaling.",
  }),
  seed: { kind: "integer", group: "data", min: 0, default: 1, help: "Seed of the split." },
};

/** Labeled sequences and what is known of their frames. */
export interface VectorData {
  /** The sequences. */
  readonly corpus: VectorCorpus;
  /** How to process frames. */
  readonly frames: FrameOptions;
  /** The names with which records or arrays of the training sequences were read. */
  readonly dataFormat: VectorClassifierConfig["dataFormat"];
  /** The format of each file. */
  readonly files: readonly Omit<VectorSequences, "sequences">[];
}

/** Reads and splits labeled sequences. Throws `RangeError`, naming the file, if there is only one label. */
export async function readVectorData(plan: VectorPlan, host: Host = {}): Promise<DataSet<VectorData>> {
  if (plan.data === null) return generatedData(plan);
  const video = { ...host, size: plan.size, fps: plan.fps };
  const file = await readFile(plan.data, plan, video);
  const labels = expectTwoLabels(plan.data, file.sequences);
  const { labelColumn, framesColumn } = file;
  const like = {
    ...{ channels: file.channels, columns: file.columns, labels, likely: { labelColumn, framesColumn } },
    prefers: file.picture ? "clips" : "sounds",
  } as const;
  const [valid, test] = await Promise.all(
    [plan.valid, plan.test].map(async (path) =>
      path === null ? undefined : await readFile(path, plan, { ...video, ...like })
    ),
  );
  const split = splitSequences(file.sequences, {
    // Each fold has a split of its own.
    validFraction: valid || plan.folds !== null ? 0 : validShare(plan, file.sequences.length),
    testFraction: test ? 0 : plan.testFraction,
    seed: plan.seed,
  });
  const corpus = { train: split.train, valid: valid?.sequences ?? split.valid, test: test?.sequences ?? split.test };
  const files = [file, valid, test].flatMap((file) => file ?? []);
  const frames = framesOf(plan, file);
  return {
    data: {
      corpus,
      frames,
      dataFormat: namesKnown({ labelColumn, framesColumn }),
      files: files.map(({ sequences: _sequences, notes: _notes, warnings: _warnings, ...file }) => file),
    },
    notes: [
      describeFile(plan.data, file),
      ...files.flatMap(({ notes = [] }) => notes),
      ...describeShortened(files, plan.maxFrames),
    ],
    warnings: files.flatMap(({ warnings = [] }) => warnings),
    idle: idleOptions(frames, file),
  };
}

/** Default share for validation, and the number of sequences from which on it is set aside although there is a test. */
const [VALID_SHARE, MANY] = [0.1, 300];

/**
 * The share of sequences that a plan sets aside for validation. A tenth of a few dozen sequences chooses an epoch by
 * chance, and training misses it; where a test measures the model, all of them train it.
 */
export function validShare(
  { validFraction, folds, test, testFraction, calibrate }: Pick<
    VectorPlan,
    "validFraction" | "folds" | "test" | "testFraction" | "calibrate"
  >,
  sequences: number,
): number {
  if (validFraction !== null) return validFraction;
  const isTested = test !== null || testFraction > 0;
  const others = test === null ? (1 - testFraction) * sequences : sequences;
  return folds !== null || isTested && others < MANY && !calibrate ? 0 : VALID_SHARE;
}

/** Generates and splits the sequences of the demonstration. */
function generatedData(plan: VectorPlan): DataSet<VectorData> {
  const { testFraction, seed } = plan;
  const sequences = generateMotions({ seed });
  const validFraction = validShare(plan, sequences.length);
  const [{ channels }] = sequences;
  const side = Math.sqrt(channels);
  const file = { sequences, channels, picture: [side, side] as const, format: "generated" };
  const { sequences: _sequences, ...facts } = file;
  const frames = framesOf(plan, file);
  return {
    data: {
      corpus: splitSequences(sequences, { validFraction, testFraction, seed }),
      frames,
      dataFormat: null,
      files: [facts],
    },
    notes: [describeFile("Moving shapes", file)],
    warnings: [],
    idle: idleOptions(frames, file),
  };
}

/** How to read a file, and what is known of it. */
interface FileOptions extends VectorReading {
  /** The number of values in a frame. */
  readonly channels?: number;
  /** The labels. */
  readonly labels?: readonly string[];
}

/** Reads a file; another file of the same data must have its channels and labels. */
export async function readFile(
  path: string,
  { labelColumn, id, group }: VectorFormat & { readonly group?: string | null },
  { channels, labels, ...reading }: FileOptions,
): Promise<VectorSequences> {
  const file = await readVectorSequences(path, {
    ...labelColumn !== null && { labelColumn },
    ...id !== null && { id },
    ...group !== null && group !== undefined && { group },
    ...reading,
  });
  if (channels !== undefined && file.channels !== channels) {
    throw new InputRangeError(`read ${path}: expected ${count(channels, "value")} a frame, found ${file.channels}`);
  }
  const unknown = labels && file.sequences.find(({ label }) => !labels.includes(label ?? ""));
  if (!unknown) return file;
  throw new InputRangeError(
    `read ${path}: expected a label of the training sequences on ${unknown.source}, found ${
      describeValue(unknown.label ?? "none")
    }`,
  );
}

function expectTwoLabels(path: string, sequences: readonly VectorSequence[]): string[] {
  const unlabelled = sequences.find(({ label }) => label === undefined);
  if (unlabelled) {
    throw new InputRangeError(
      `read ${path}: expected a label on ${unlabelled.source}, found none; --label-column names its field`,
    );
  }
  const labels = vectorLabels(sequences);
  if (labels.length >= 2) return labels;
  throw new InputRangeError(
    `read ${path}: expected sequences of at least 2 labels, found ${describeValue(labels[0])} only`,
  );
}

/** Returns how to process the frames of a file: as the plan says, and otherwise as they look. */
function framesOf(plan: VectorPlan, file: VectorSequences): FrameOptions {
  const { scaling, velocities, center: centered, maxFrames, reference } = plan;
  const { picture, frameRate, sequences, columns, isSkeleton = true } = file;
  const given = plan.coordinates ?? file.coordinates;
  const coordinates = given as 2 | 3 | undefined;
  const looks = picture
    ? "picture"
    : isSkeleton && (coordinates || detectCoordinates(sequences))
    ? "skeleton"
    : "values";
  return {
    ...{ kind: plan.kind ?? looks, scaling, velocities, centered, maxFrames },
    ...coordinates !== undefined && { coordinates },
    ...reference !== null && { reference: reference - 1 },
    ...picture && { picture },
    ...frameRate !== undefined && { frameRate },
    ...columns && { columns },
  };
}

/** Makes the processor of a plan, with the figures of the training sequences. */
export function makeProcessor({ corpus: { train }, frames }: VectorData): FrameProcessor {
  return FrameProcessor.fit(train, frames);
}
