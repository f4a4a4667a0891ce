import { InputRangeError } from "../../../errors.ts";
import { LogMel, readSound, resampleSound, SoundRemarks } from "../audio/mod.ts";
import type { StartProgram } from "../ffmpeg.ts";
import { mapSome } from "./clips.ts";
import { clipAt, factsOf } from "./folders.ts";
import type { VectorFields } from "./json_lines.ts";
import type { VectorSequence, VectorSequences } from "./sequence.ts";

/** Samples a second to which sounds are resampled, and the number of log-mel bands of a frame. */
const [RATE, BANDS] = [16_000, 40];

/**
 * Reads sounds as sequences of log-mel bands, a frame every 10 ms. The label is the name of the folder in which a sound
 * lies.
 *
 * Throws `RangeError` that names the file if it cannot be read or is shorter than a frame of 25 ms.
 */
export async function readSoundClips(
  files: readonly string[],
  { startProgram, ...fields }: VectorFields & { readonly startProgram?: StartProgram },
): Promise<VectorSequences> {
  const logMel = await LogMel.create({ rate: RATE, bands: BANDS });
  const clips = files.map(clipAt).map((clip) => ({ path: clip.path, facts: factsOf(clip, fields) }));
  const remarks = new SoundRemarks("sound", RATE);
  const sequences = await mapSome(clips, async ({ path, facts }): Promise<VectorSequence> => {
    const sound = await readSound(path, { startProgram });
    remarks.add(sound, path);
    const { samples } = resampleSound(sound, RATE);
    const frames = logMel.compute(samples);
    if (frames.length === 0) {
      throw new InputRangeError(
        `read ${path}: expected a sound of at least 25 ms, found one of ${samples.length} samples`,
      );
    }
    return { ...facts, frames, length: frames.length / BANDS, channels: BANDS, source: path };
  });
  const { notes, warnings } = remarks;
  return { sequences, channels: BANDS, isSkeleton: false, format: "sounds", notes, warnings };
}
