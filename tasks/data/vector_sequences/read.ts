import { nameOf } from "../file_system.ts";
import { hasRecords } from "../find_files.ts";
import { recordsIn } from "../json_records.ts";
import { namedError } from "../named_error.ts";
import { openText, readText } from "../text_files.ts";
import { hasFrames, readJSONSequences, type VectorFields } from "./json_lines.ts";
import type { VectorSequences } from "./sequence.ts";

/**
 * Reads sequences of vectors from a file: JSON Lines, or JSON with an array of objects.
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
export async function readVectorSequences(path: string, fields: VectorFields = {}): Promise<VectorSequences> {
  const content = await readText(path);
  try {
    return readJSONSequences(content, fields);
  } catch (error) {
    throw namedError(nameOf(path), error);
  }
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
  if (!hasRecords(path)) return false;
  try {
    const text = await openText(path);
    for await (const { start, end } of recordsIn(text, 0, text.length)) {
      return hasFrames(JSON.parse(text.slice(start, end)));
    }
  } catch {
    // Reported by whoever reads the file.
  }
  return false;
}
