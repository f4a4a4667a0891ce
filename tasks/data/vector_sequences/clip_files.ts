import { parseJSON } from "../../../src/schema/mod.ts";
import { readBytes } from "../bytes.ts";
import { namedError } from "../named_error.ts";
import { readText } from "../text_files.ts";
import { sequenceOfArray } from "./arrays.ts";
import { clipAt, factsOf, inNaturalOrder } from "./folders.ts";
import type { VectorFields } from "./json_lines.ts";
import { completeFrames, framesIn, jointsIn } from "./keypoints.ts";
import { readNpy } from "./numpy.ts";
import { expectSameChannels, type VectorSequence, vectorSequence, type VectorSequences } from "./sequence.ts";

/** Reads `.npy` files, each with the frames of one sequence, whose label is the name of its folder. */
export async function readArrayFiles(files: readonly string[], fields: VectorFields): Promise<VectorSequences> {
  const read = await Promise.all(
    inNaturalOrder(files).map(async (file) => {
      try {
        const { sequences: [sequence], ...facts } = sequenceOfArray(readNpy(await readBytes(file)), "NumPy");
        return { ...facts, sequence: { ...sequence, ...factsOf(clipAt(file), fields), source: file } };
      } catch (error) {
        throw namedError(file, error);
      }
    }),
  );
  const [{ sequence: _first, ...facts }] = read;
  const sequences = read.map(({ sequence }) => sequence);
  return { ...facts, sequences, channels: expectSameChannels(sequences) };
}

/** Whether a JSON file holds keypoints. A file that cannot be read holds none, since whoever reads it says why. */
export async function holdsKeypoints(file: string): Promise<boolean> {
  try {
    const json = JSON.parse(await readText(file));
    return Array.isArray(json?.people) || framesIn(json).frames.some((frame) => jointsIn(frame) !== undefined);
  } catch {
    return false;
  }
}

/**
 * Reads JSON files of keypoints: each with the frames of one sequence, whose label is the name of its folder, or each
 * with one frame, in a folder for each sequence.
 */
export async function readKeypointFiles(files: readonly string[], fields: VectorFields): Promise<VectorSequences> {
  const clips = new Map<string, unknown[]>();
  for (const file of inNaturalOrder(files)) {
    const { frames, isClip } = framesIn(parseJSON(await readText(file), `read ${file}: expected JSON`));
    const clip = isClip ? file : file.replace(/[/\\][^/\\]*$/, "");
    clips.set(clip, [...clips.get(clip) ?? [], ...frames]);
  }
  let coordinates = 0;
  const sequences = [...clips].map(([clip, frames]): VectorSequence => {
    try {
      const joints = completeFrames(frames);
      coordinates = joints[0][0].length;
      return vectorSequence(joints, { ...factsOf(clipAt(clip), fields), source: clip });
    } catch (error) {
      throw namedError(clip, error);
    }
  });
  return {
    sequences,
    channels: expectSameChannels(sequences),
    ...(coordinates === 2 || coordinates === 3) && { coordinates },
    format: "keypoints",
  };
}
