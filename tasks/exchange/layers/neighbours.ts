import type * as Path from "node:path";
import { InputRangeError } from "../../../errors.ts";
import { builtinModule, fileSystem } from "../../../src/formats/file_system.ts";
import { readWhole } from "../../../src/formats/whole_file.ts";

/** Reads a file that another names, by that name. */
export type ReadNeighbour = (name: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * Returns a reader of the files beside `path`. It throws `RangeError`, with `action` in front, for a name that leads
 * out of the folder, also through a link, and for a file that is missing.
 */
export function neighboursOf(path: string, action: string): ReadNeighbour {
  return async (name) => {
    const { dirname, join, sep } = builtinModule<typeof Path>("node:path", action);
    checkNeighbour(name, action);
    const [folder, file] = [dirname(path), join(dirname(path), name)];
    const { realpath } = fileSystem(action);
    const real = await realpath(file).catch(() => undefined);
    if (real === undefined) throw new InputRangeError(`${action}: expected the file ${file} beside it, found none`);
    if (!real.startsWith(await realpath(folder) + sep)) outside(name, action);
    return await readWhole(file);
  };
}

/** Throws `RangeError` if a name leads out of the folder. */
export function checkNeighbour(name: string, action: string): void {
  const parts = name.split(/[\\/]/);
  if (name === "" || /^[a-z][a-z+.-]*:/i.test(name) || parts[0] === "" || parts.includes("..") || name.includes("\0")) {
    outside(name, action);
  }
}

function outside(name: string, action: string): never {
  throw new InputRangeError(
    `${action}: expected files in its own folder, found ${JSON.stringify(name.slice(0, 100))} outside of it`,
  );
}
