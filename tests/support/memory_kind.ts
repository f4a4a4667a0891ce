import { Engine } from "../../src/engine/mod.ts";
import type { MemoryKind } from "../../src/engine/memory.ts";
import { WebAssemblyBackend, type WebAssemblyOptions } from "../../src/engine/web_assembly.ts";

/** All kinds of memory. */
export const MEMORY_KINDS: readonly MemoryKind[] = ["shared", "unshared", "moving"];

let used: MemoryKind = "shared";

/** Starts an engine on a kind of memory. */
export function engineWith(memory: MemoryKind, options: Omit<WebAssemblyOptions, "memory"> = {}): Engine {
  return new Engine({}, new WebAssemblyBackend({ ...options, memory }));
}

/** The kind of memory of the engines that a test file shares among its tests. */
export function usedMemory(): MemoryKind {
  return used;
}

/** Makes the default engine, and those of `engineOf`, use a kind of memory. Call it before importing tests. */
export function useMemory(kind: MemoryKind): void {
  used = kind;
  engineWith(kind).makeDefault();
}
