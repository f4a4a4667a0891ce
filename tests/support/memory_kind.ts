import { Engine } from "../../src/engine/mod.ts";
import { CheckedBackend } from "./checked_backend.ts";
import type { MemoryKind } from "../../src/engine/memory.ts";
import type { Build } from "../../src/kernels/mod.ts";
import { WebAssemblyBackend, type WebAssemblyOptions } from "../../src/engine/web_assembly.ts";
import { BUILDS } from "./kernel_contract.ts";

/** All kinds of memory. */
export const MEMORY_KINDS: readonly MemoryKind[] = ["shared", "unshared", "moving"];

/** Starts an engine on a kind of memory; if allocations move it, the operands of every call are checked, too. */
export function engineWith(memory: MemoryKind, options: Omit<WebAssemblyOptions, "memory"> = {}): Engine {
  const backend = new WebAssemblyBackend({ ...options, memory });
  return new Engine({}, memory === "moving" ? new CheckedBackend(backend) : backend);
}

let start = (build?: Build): Engine => engineWith("shared", { build });
let isUsual = true;
let builds: readonly Build[] = BUILDS;

/** The builds in which the contracts run. */
export function testedBuilds(): readonly Build[] {
  return builds;
}

/** Whether the contracts run on the ordinary engine. There they also check what is the same for every engine. */
export function isOrdinary(): boolean {
  return isUsual;
}

/** Starts an engine of the kind that the test files share among their tests. */
export function startEngine(build?: Build): Engine {
  return start(build);
}

/**
 * Makes the default engine, and those of `engineOf`, come from a function; the contracts run in the given builds. Call
 * it before importing tests.
 */
export function useEngines(make: (build?: Build) => Engine, tested = BUILDS): void {
  start = make;
  isUsual = false;
  builds = tested;
  make().makeDefault();
}

/** Makes the default engine, and those of `engineOf`, use a kind of memory. Call it before importing tests. */
export function useMemory(kind: MemoryKind): void {
  useEngines((build) => engineWith(kind, { build }));
}
