import { lstat, readdir } from "node:fs/promises";
import { attempt } from "../../src/formats/system_errors.ts";

/** A file in a model's directory. */
export interface FileFacts {
  readonly name: string;
  readonly bytes: number;
}

/** Lists the files of a directory by name. */
export async function filesOf(directory: string): Promise<FileFacts[]> {
  return await attempt(`read ${directory}`, async () => {
    const names = (await readdir(directory)).sort();
    const found = await Promise.all(names.map(async (name) => ({ name, stats: await lstat(`${directory}/${name}`) })));
    return found.filter(({ stats }) => stats.isFile()).map(({ name, stats }) => ({ name, bytes: stats.size }));
  });
}
