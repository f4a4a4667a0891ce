import { InputRangeError } from "../../../errors.ts";
import { withoutCompressionEnding } from "../../../src/formats/compression.ts";
import { isDirectory, nameOf } from "../file_system.ts";
import { findFiles, hasRecords, isPattern, isTable } from "../find_files.ts";
import { recordsIn } from "../json_records.ts";
import { readBytes } from "../bytes.ts";
import { namedError } from "../named_error.ts";
import { openText, readText } from "../text_files.ts";
import { sequencesOfArray, sequencesOfArrays } from "./arrays.ts";
import { holdsKeypoints, readArrayFiles, readKeypointFiles } from "./clip_files.ts";
import { isAudio } from "../audio/mod.ts";
import { isPictureFile, isVideo, readClips } from "./clips.ts";
import { holdsFrames, readFrameTable } from "./frame_table.ts";
import { hasFrames, readJSONSequences, type VectorFields } from "./json_lines.ts";
import { isNumPy, readNpy, readNpz } from "./numpy.ts";
import type { VectorSequences } from "./sequence.ts";
import { readSoundClips } from "./sounds.ts";
import { readArff, readTs } from "./uea.ts";
import { holdsValueRows, readValueRows } from "./value_rows.ts";
import type { VideoOptions } from "./video.ts";

/** How to read sequences: the fields of records, and how videos are decoded. */
export interface VectorReading extends VectorFields, VideoOptions {
  /** The kind of files that is read in a folder with both, or of files that may be either. Default: that of most. */
  readonly prefers?: "clips" | "sounds";
}

/**
 * Reads sequences of vectors from a file or a folder:
 *
 * - JSON Lines, or JSON with an array of objects;
 * - tables with a row for each frame, and a column that tells its sequence;
 * - NumPy's `.npz` with arrays `X`, `y` and `groups`, or a folder of `.npy` files for each label;
 * - `.ts` and `.arff` files of the UEA and UCR archive, and `.tsv` or `.txt` files with a label and values in each
 *   line;
 * - a folder of JSON files of keypoints for each label;
 * - a folder of videos for each label, or of folders of pictures, decoded by ffmpeg;
 * - a folder of sounds for each label, as log-mel bands every 10 ms.
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
  const files = await filesIn(path);
  const kind = await kindOf(path, files, options.prefers);
  if (options.labelColumn !== undefined && (kind !== undefined || hasOwnLabels(path))) {
    throw new InputRangeError(
      `read ${nameOf(path)}: expected a file of records with the field ${options.labelColumn}, found ${
        kind ?? "one whose format says where the labels are"
      }`,
    );
  }
  if (options.id !== undefined && (kind !== undefined || !isTable(path))) {
    throw new InputRangeError(
      `read ${nameOf(path)}: expected a table of frames with the column ${options.id}, found ${kind ?? "another file"}`,
    );
  }
  if (kind === "clips") {
    return withoutOthers(files.filter(isSound), "sound", await readClips(files.filter(isClip), options));
  }
  if (kind === "sounds") {
    const sounds = soundsIn(files, options.prefers);
    const clips = sounds === files ? [] : files.filter(isClip);
    return withoutOthers(clips, "clip", await readSoundClips(sounds, options));
  }
  if (kind === "arrays") return await readArrayFiles(files.filter(isArrayFile), options);
  if (kind === "keypoints") return await readKeypointFiles(files.filter(hasRecords), options);
  try {
    return await readSequenceFile(path, options);
  } catch (error) {
    throw namedError(nameOf(path), error);
  }
}

/**
 * The kinds of files in a folder: videos and pictures, sounds, arrays, keypoints, or none of these; or a single file of
 * another kind.
 */
type FilesKind = "clips" | "sounds" | "arrays" | "keypoints" | undefined;

/** Lists the files that a path stands for: those in a folder, those that match a pattern, or the only one. */
async function filesIn(path: string): Promise<readonly string[]> {
  const isFolder = await isDirectory(path);
  if (!isFolder && !isPattern(path)) return [path];
  return (await findFiles(isFolder ? `${path.replace(/[/\\]+$/, "")}/**/*` : path)).files;
}

async function kindOf(
  path: string,
  files: readonly string[],
  prefers?: "clips" | "sounds",
): Promise<FilesKind> {
  const [clips, sounds] = [files.filter(isClip).length, soundsIn(files, prefers).length];
  if (clips > 0 && sounds > 0 && prefers !== undefined) return prefers;
  if (clips + sounds > 0) return clips >= sounds ? "clips" : "sounds";
  if (files.length === 1 && files[0] === path) return undefined;
  if (files.some(isArrayFile)) return "arrays";
  for (const record of files.filter(hasRecords).slice(0, LOOKED_INTO)) {
    if (await holdsKeypoints(record)) return "keypoints";
  }
  return undefined;
}

/** Number of records of a folder that show whether it has keypoints. */
const LOOKED_INTO = 10;

function isClip(file: string): boolean {
  return isVideo(file) || isPictureFile(file);
}

/** The files of sounds. Those of videos may hold sound alone, as browsers record it in `.webm`. */
function soundsIn(files: readonly string[], prefers?: "clips" | "sounds"): readonly string[] {
  return prefers === "sounds" && files.every(isAudio) ? files : files.filter(isSound);
}

/** Whether a file holds sound only. */
function isSound(file: string): boolean {
  return isAudio(file) && !isClip(file);
}

/** Adds a warning of the files of the other kind, which most files are not. */
function withoutOthers(left: readonly string[], other: "sound" | "clip", read: VectorSequences): VectorSequences {
  if (left.length === 0) return read;
  const noun = other === "sound" ? "sound" : "picture or video";
  const number = left.length === 1 ? `1 ${noun}` : `${left.length} ${noun.replace(" or ", "s or ")}s`;
  const warning = `${number} left out among files of another kind, such as ${left[0]}`;
  return { ...read, warnings: [...read.warnings ?? [], warning] };
}

/** Whether the format of a file says where the labels are. */
function hasOwnLabels(path: string): boolean {
  return /\.(?:ts|arff)$/i.test(withoutCompressionEnding(path));
}

function isArrayFile(file: string): boolean {
  return /\.npy$/i.test(file);
}

/** Reads a file of sequences, by its name and its first bytes. */
async function readSequenceFile(path: string, options: VectorReading): Promise<VectorSequences> {
  const name = withoutCompressionEnding(path);
  if (/\.np[yz]$/i.test(name)) {
    const bytes = await readBytes(path);
    return isNumPy(bytes) ? sequencesOfArray(readNpy(bytes)) : sequencesOfArrays(await readNpz(bytes), options);
  }
  const content = await readText(path);
  if (/\.ts$/i.test(name)) return readTs(content);
  if (/\.arff$/i.test(name)) return readArff(content);
  const isNamed = options.id !== undefined || options.labelColumn !== undefined;
  if (!isNamed && mayHoldRows(path) && holdsValueRows(content)) return readValueRows(content);
  if (isTable(path)) return readFrameTable(content, options);
  return readJSONSequences(content, options);
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
    const files = await filesIn(path);
    const name = withoutCompressionEnding(path);
    if (await kindOf(path, files) !== undefined || /\.(?:np[yz]|ts|arff)$/i.test(name)) return true;
    if (mayHoldRows(path) && holdsValueRows(await firstText(path))) return true;
    if (isTable(path)) return holdsFrames(await firstText(path));
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

/** Whether a file may be one of the UCR archive with a label and values in each line: a table, or plain text. */
function mayHoldRows(path: string): boolean {
  return isTable(path) || /\.txt$/i.test(withoutCompressionEnding(path));
}

/** Characters of a table that show what it holds. */
const SHOWN = 65536;

/** Returns the first whole lines of a text. */
async function firstText(path: string): Promise<string> {
  const text = await openText(path);
  const start = text.slice(0, Math.min(text.length, SHOWN));
  return text.length <= SHOWN ? start : start.slice(0, start.lastIndexOf("\n") + 1);
}
