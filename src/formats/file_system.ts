import type * as Files from "node:fs/promises";

/** The functions of `node:fs/promises`. */
export type NodeFiles = typeof Files;

interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * A module for files that Deno, Node.js and Bun have built in, such as `node:fs`. It is asked for when it is used, and by no import, so that
 * bundlers for pages have nothing to resolve. Throws `RangeError` that begins with `action` if the runtime has none.
 */
export function builtinModule<T>(name: string, action: string): T {
  const module = (globalThis as Host).process?.getBuiltinModule?.(name);
  if (module) return module as T;
  throw new RangeError(`${action}: expected a file system, found a runtime that has none`);
}

/** The file system of Node.js, Deno or Bun. Throws `RangeError` that begins with `action` if the runtime has none. */
export function fileSystem(action: string): NodeFiles {
  return builtinModule("node:fs/promises", action);
}
