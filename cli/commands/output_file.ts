import { dirname } from "node:path";
import { InputRangeError } from "../../errors.ts";
import { kindOf } from "../../src/formats/plain_file.ts";
import { statsOf } from "../../tasks/data/file_system.ts";
import { exists } from "../terminal/mod.ts";

/** Throws `RangeError` if the file of an option cannot be written, before any time is spent on its content. */
export async function checkPlace(out: string, option = "--out"): Promise<void> {
  const stats = await statsOf(out, `${option} ${out}`);
  if (stats?.isFile()) return;
  const found = stats ? kindOf(stats) : /[/\\]$/.test(out) ? "the path of a directory" : undefined;
  if (found !== undefined) throw new InputRangeError(`${option} ${out}: expected a file or nothing, found ${found}`);
  if (await exists(dirname(out))) return;
  throw new InputRangeError(`${option} ${out}: expected a directory that exists, found no ${dirname(out)}`);
}
