import type * as Files from "node:fs/promises";

/** The functions of `node:fs/promises`. */
export type NodeFiles = typeof Files;

interface NodeProcess {
  readonly process?: { getBuiltinModule?(name: "node:fs/promises"): NodeFiles | undefined };
}

/**
 * The file system of Node.js, Deno or Bun. Asked for when it is used, and not imported, so that what is bundled for a page does not
 * mention it. Throws a RangeError that begins with `action` if the runtime has none.
 */
export function fileSystem(action: string): NodeFiles {
  const files = (globalThis as NodeProcess).process?.getBuiltinModule?.("node:fs/promises");
  if (files) return files;
  throw new RangeError(`${action}: expected a file system, found a runtime that has none`);
}
