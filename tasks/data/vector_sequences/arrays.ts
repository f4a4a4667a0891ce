import { InputRangeError } from "../../../errors.ts";
import { count, describeList } from "../../../src/schema/mod.ts";
import type { VectorFields } from "./json_lines.ts";
import type { NumPyArray } from "./numpy.ts";
import { expectSameChannels, flatSequence, type VectorSequence, type VectorSequences } from "./sequence.ts";

/** Usual names of the arrays of frames, labels and groups. */
const FRAMES = ["X", "x", "frames", "data", "sequences", "values"];
const LABELS = ["y", "Y", "labels", "label", "targets", "target", "classes"];
const GROUPS = ["groups", "group", "subjects", "subject"];

/** Least height and width of what is taken for a picture. */
const SMALLEST_PICTURE = 8;

/** Reads one array: the frames `[T, ...]` of a sequence or, with at least three dimensions, sequences `[N, T, ...]`. */
export function sequencesOfArray(array: NumPyArray): VectorSequences {
  const isOne = array.shape.length < 3;
  return sequencesOf(
    isOne ? { ...array, shape: [1, ...array.shape] } : array,
    "NumPy",
    isOne ? () => "the array" : undefined,
  );
}

/** Reads the frames `[T, ...]` of one sequence. */
export function sequenceOfArray(array: NumPyArray, format: string): VectorSequences {
  return sequencesOf({ ...array, shape: [1, ...array.shape] }, format, () => "the array");
}

/**
 * Reads named arrays: frames `[N, T, ...]`, labels `[N]` and groups `[N]`. Frames at the end that have only NaN fill up
 * shorter sequences and are left out.
 */
export function sequencesOfArrays(
  arrays: ReadonlyMap<string, NumPyArray>,
  { labelColumn, group, likely = {} }: VectorFields,
): VectorSequences {
  const names = [...arrays.keys()];
  const named = (candidates: readonly string[], first = ""): string | undefined =>
    [first, ...candidates].find((name) => arrays.has(name));
  const deep = names.filter((name) => arrays.get(name)!.shape.length >= 2);
  const frames = named(FRAMES, likely.framesColumn) ?? (deep.length === 1 ? deep[0] : undefined);
  if (frames === undefined) {
    throw new InputRangeError(`expected an array X of frames, found ${describeList(names) || "none"}`);
  }
  const array = arrays.get(frames)!;
  const textsOf = (name: string): readonly string[] => {
    const found = arrays.get(name);
    if (!found) throw new InputRangeError(`expected an array ${name}, found ${describeList(names)}`);
    const { values, shape: [length] } = found;
    if (values.length === array.shape[0]) return Array.from(values as ArrayLike<number | string>, String);
    throw new InputRangeError(
      `expected ${count(array.shape[0], "value")} in the array ${name}, as ${frames} has, found ${length ?? 0}`,
    );
  };
  const labels = labelColumn ?? named(LABELS, likely.labelColumn);
  const own = labels === undefined ? undefined : textsOf(labels);
  const groups = group === undefined ? undefined : textsOf(arrays.has(group) ? group : named(GROUPS) ?? group);
  const { sequences, ...facts } = sequencesOf(array, "NumPy");
  return {
    ...facts,
    ...labels !== undefined && { labelColumn: labels },
    framesColumn: frames,
    sequences: sequences.map((sequence, i) => ({
      ...sequence,
      ...own && { label: own[i] },
      ...groups && { group: groups[i] },
    })),
  };
}

function sequencesOf(
  { shape, values }: NumPyArray,
  format: string,
  nameOf = (i: number): string => `sequence ${i + 1}`,
): VectorSequences {
  const [N, T = 1, ...rest] = shape;
  if (typeof values[0] === "string") throw new InputRangeError("expected an array of numbers, found one of texts");
  if (N === 0 || values.length === 0) {
    throw new InputRangeError(`expected frames in the array, found the shape [${shape.join(", ")}]`);
  }
  const channels = rest.reduce((a, b) => a * b, 1);
  const numbers = values as ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> };
  const sequences = Array.from({ length: N }, (_, i): VectorSequence => {
    const own = numbers.subarray(i * T * channels, (i + 1) * T * channels);
    return flatSequence(Float32Array.from(own), channels, { source: nameOf(i) });
  });
  const [height, width] = rest.slice(-2);
  const isPicture = rest.length >= 2 && Math.min(height, width) >= SMALLEST_PICTURE && channels === height * width;
  const coordinates = rest.length === 2 && (width === 2 || width === 3) ? width as 2 | 3 : undefined;
  return {
    sequences,
    channels: expectSameChannels(sequences),
    ...isPicture && { picture: [height, width] },
    ...coordinates && { coordinates },
    format,
  };
}
