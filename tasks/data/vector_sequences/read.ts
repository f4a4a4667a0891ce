import { isDirectory, nameOf } from "../file_system.ts";
import { findFiles, hasRecords, isPattern } from "../find_files.ts";
import { recordsIn } from "../json_records.ts";
import { namedError } from "../named_error.ts";
import { openText, readText } from "../text_files.ts";
import { isPictureFile, isVideo, readClips } from "./clips.ts";
import { hasFrames, readJSONSequences, type VectorFields } from "./json_lines.ts";
import type { VectorSequences } from "./sequence.ts";
import type { VideoOptions } from "./video.ts";

/** How to read sequences: the fields of records, and how videos are decoded. */
export interface VectorReading extends VectorFields, VideoOptions {}

/**
 * Reads sequences of vectors from a file or a folder:
 *
 * - JSON Lines, or JSON with an array of objects;
 * - videos in a folder for each label, or folders of pictures in it, decoded by ffmpeg.
 *
 * Throws `RangeError` or `SyntaxError` that names the file and the place, if one cannot be read.
 *
 * @example
 * ```ts
 * import { readVectorSequences, type VectorFields } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile({ suffix: ".jsonl" });
 * await Deno.writeTextFile(file, '{"action": "wave", "subject": 3, "frames": [[0.1, 0.2], [0.3, 0.4]]}\n');
 * const fields: VectorFields = { group: "subject" };
 * const { sequences: [{ label, group, length }], channels } = await readVectorSequences(file, fields);
 * assertEquals([label, group, length, channels], ["wave", "3", 2, 2]);
 * await Deno.remove(file);
 * ```
 */
export async function readVectorSequences(path: string, options: VectorReading = {}): Promise<VectorSequences> {
  const files = await sequenceFiles(path);
  if (files.length > 0) return await readClips(files, options);
  const content = await readText(path);
  try {
    return readJSONSequences(content, options);
  } catch (error) {
    throw namedError(nameOf(path), error);
  }
}

/** Lists the videos and pictures that a path stands for, which may be a folder or a pattern. */
async function sequenceFiles(path: string): Promise<readonly string[]> {
  const isFolder = await isDirectory(path);
  if (!isFolder && !isPattern(path)) return isVideo(path) || isPictureFile(path) ? [path] : [];
  const { files } = await findFiles(isFolder ? `${path.replace(/\/$/, "")}/**/*` : path);
  return files.filter((file) => isVideo(file) || isPictureFile(file));
}

/**
 * Whether a file holds sequences of vectors, by its name and its first record. A file that cannot be read holds none,
 * since whoever reads it says why.
 *
 * @example
 * ```ts
 * import { holdsVectors } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile({ suffix: ".jsonl" });
 * await Deno.writeTextFile(file, '{"label": "wave", "frames": [[0.1], [0.3]]}\n');
 * assertEquals(await holdsVectors(file), true);
 * await Deno.writeTextFile(file, '{"label": "good", "text": "a fine film"}\n');
 * assertEquals(await holdsVectors(file), false);
 * await Deno.remove(file);
 * ```
 */
export async function holdsVectors(path: string): Promise<boolean> {
  try {
    if ((await sequenceFiles(path)).length > 0) return true;
    if (!hasRecords(path)) return false;
    const text = await openText(path);
    for await (const { start, end } of recordsIn(text, 0, text.length)) {
      return hasFrames(JSON.parse(text.slice(start, end)));
    }
  } catch {
    // Reported by whoever reads the file.
  }
  return false;
}
