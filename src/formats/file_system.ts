import type * as Files from "node:fs/promises";
import { InputRangeError } from "../../errors.ts";

/** The functions of `node:fs/promises`. */
export type NodeFiles = typeof Files;

interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * Returns a built-in module of Deno, Node.js or Bun, such as `node:fs`. It is looked up at run time, not imported, so
 * that bundlers for the browser have nothing to resolve. Throws `RangeError`, with `action` in front, if the runtime
 * lacks it.
 */
export function builtinModule<T>(name: string, action: string): T {
  const module = find(name);
  if (module) return module as T;
  throw new InputRangeError(`${action}: expected a file system, found a runtime that has none`);
}

/** Whether the runtime has built-in modules; web pages have none. */
export function hasFileSystem(): boolean {
  return find("node:fs/promises") !== undefined;
}

function find(name: string): unknown {
  return (globalThis as Host).process?.getBuiltinModule?.(name);
}

/** Returns the file system of the runtime. Throws `RangeError`, with `action` in front, if it has none. */
export function fileSystem(action: string): NodeFiles {
  return builtinModule("node:fs/promises", action);
}
