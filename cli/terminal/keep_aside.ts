/** Whether something stands at a path. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Moves what stands at a path to the first of PATH.1, PATH.2, ... that is free, and returns that. */
export async function keepAside(path: string): Promise<string> {
  for (let i = 1;; i++) {
    const kept = `${path.replace(/[/\\]+$/, "")}.${i}`;
    if (await exists(kept)) continue;
    await Deno.rename(path, kept);
    return kept;
  }
}
