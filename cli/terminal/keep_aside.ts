import { rename } from "node:fs/promises";
import { exists } from "../../tasks/data/mod.ts";

/** Renames a file or a directory to the first unused of PATH.1, PATH.2, ... and returns the new path. */
export async function keepAside(path: string): Promise<string> {
  for (let i = 1;; i++) {
    const kept = `${path.replace(/[/\\]+$/, "")}.${i}`;
    if (await exists(kept)) continue;
    await rename(path, kept);
    return kept;
  }
}
