import type * as FileSystem from "node:fs";
import { builtinModule } from "../../src/formats/mod.ts";

/** The runtime's file system. */
export function fileSystem(): typeof FileSystem {
  return builtinModule("node:fs");
}

/** Whether something stands at a path. */
export async function exists(path: string): Promise<boolean> {
  return await fileSystem().promises.stat(path).then(() => true, () => false);
}

/** Whether a directory stands at a path. */
export async function isDirectory(path: string): Promise<boolean> {
  return await fileSystem().promises.stat(path).then((stats) => stats.isDirectory(), () => false);
}

/** Whether an error says that there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
