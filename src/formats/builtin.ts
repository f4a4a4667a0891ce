/** What the helper needs of the runtime. */
interface Host {
  readonly process?: { getBuiltinModule?(name: string): unknown };
}

/**
 * A module that Deno, Node.js and Bun have built in, such as `node:fs`. It is asked for when it is used, and by no import, so that bundlers
 * for browsers have nothing to resolve.
 *
 * Throws `RangeError` where there is none, as in a browser.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type * as path from "node:path";
 * import { builtinModule } from "@elman/elman/formats";
 *
 * const { basename } = builtinModule<typeof path>("node:path");
 * assertEquals(basename("models/lstm"), "lstm");
 * ```
 */
export function builtinModule<T>(name: string): T {
  const module = (globalThis as Host).process?.getBuiltinModule?.(name);
  if (module) return module as T;
  throw new RangeError("use files: expected a runtime with a file system (Deno, Node.js, Bun), found none");
}
