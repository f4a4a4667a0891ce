import { rename } from "node:fs/promises";
import { exists } from "../../tasks/data/mod.ts";

/** Moves what stands at a path to the first of PATH.1, PATH.2, ... that is free, and returns that. */
export async function keepAside(path: string): Promise<string> {
  for (let i = 1;; i++) {
    const kept = `${path.replace(/[/\\]+$/, "")}.${i}`;
    if (await exists(kept)) continue;
    await rename(path, kept);
    return kept;
  }
}
