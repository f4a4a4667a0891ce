/** Describes everything in a directory, to show that nothing in it changed: kinds, modes, sizes, times and contents. */
export async function describeTree(dir: string): Promise<string[]> {
  const lines: string[] = [];
  for (const { name } of (await Array.fromAsync(Deno.readDir(dir))).sort((a, b) => a.name < b.name ? -1 : 1)) {
    const path = `${dir}/${name}`;
    const { mode, size, mtime, isFile, isDirectory, isSymlink } = await Deno.lstat(path);
    const content = isFile ? await hashOf(path) : isSymlink ? await Deno.readLink(path) : "";
    // The times of a directory change with its entries, which are described themselves.
    lines.push([path, mode, isFile ? size : "", isFile ? mtime?.getTime() : "", content].join(" "));
    if (isDirectory) lines.push(...await describeTree(path));
  }
  return lines;
}

async function hashOf(path: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(hash).toHex();
}
