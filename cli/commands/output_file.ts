import { basename, dirname, resolve } from "node:path";
import { InputRangeError } from "../../errors.ts";
import { CARD, CHECKSUMS, HISTORY, LOCK, MODEL_FILES, PICTURES } from "../../src/formats/directory_names.ts";
import { kindOf } from "../../src/formats/plain_file.ts";
import { statsOf } from "../../tasks/data/file_system.ts";
import { isSavedByElman } from "../../tasks/task_model/model_directory.ts";
import { UsageError } from "../arguments/mod.ts";
import { exists } from "../terminal/mod.ts";

/** The value of an option for a file that means standard output. */
export const STANDARD_OUTPUT = "-";

/** Returns the file of an option; undefined for none, and for `-`, which means standard output. */
export function outputFile(out: string | undefined): string | undefined {
  return out === STANDARD_OUTPUT ? undefined : out;
}

/** Throws `RangeError` if the file of an option cannot be written, before any time is spent on its content. */
export async function checkPlace(out: string, option = "--out"): Promise<void> {
  const stats = await statsOf(out, `${option} ${out}`);
  await refuseModelFile(out, option);
  if (stats?.isFile()) return;
  const found = stats ? kindOf(stats) : /[/\\]$/.test(out) ? "the path of a directory" : undefined;
  if (found !== undefined) throw new InputRangeError(`${option} ${out}: expected a file or nothing, found ${found}`);
  if (await exists(dirname(out))) return;
  throw new InputRangeError(`${option} ${out}: expected a directory that exists, found no ${dirname(out)}`);
}

/** Throws `RangeError` if a file is one of a model that Elman saved, which would be damaged without it. */
async function refuseModelFile(out: string, option: string): Promise<void> {
  const [folder, name] = [dirname(out), basename(out)];
  if (!MODEL_FILES.test(name) && ![CARD, CHECKSUMS, HISTORY, LOCK, PICTURES].includes(name)) return;
  if (!await isSavedByElman(folder)) return;
  throw new InputRangeError(
    `${option} ${out}: expected another file than those of the model in ${folder}, found ${name}`,
  );
}

/** Throws `UsageError` if two options name the same file: what one writes would move the other's aside. */
export function refuseSameFile(files: readonly (readonly [option: string, file?: string])[]): void {
  const places = new Map<string, string>();
  for (const [option, file] of files) {
    if (file === undefined || file === STANDARD_OUTPUT) continue;
    const other = places.get(resolve(file));
    if (other !== undefined) throw new UsageError(`${option} ${file}: expected another file than that of ${other}`);
    places.set(resolve(file), option);
  }
}
