import type { NativeFunctions } from "../../kernels/mod.ts";
import { bindSgemm, type NativeLibrary } from "./bind_sgemm.ts";
import { holdSignals } from "./held_signals.ts";
import { type Fallback, OneDNN } from "./onednn.ts";
import { OneDNNLibrary } from "./onednn_library.ts";

/**
 * Binds what a native library offers to a memory; every thread calls it. Workers run its source text. `refused` is
 * called with the shapes of weights that the library does not pack.
 */
export function bindLibrary(
  library: NativeLibrary,
  memory: WebAssembly.Memory,
  refused?: Fallback["refused"],
): NativeFunctions {
  const signals = library.symbol === "dnnl_sgemm" ? holdSignals(library.path) : undefined;
  const sgemm = bindSgemm(library, memory, signals?.hold);
  const release = signals?.release;
  if (!library.packs) return { sgemm, release };
  const own = new OneDNNLibrary(library.path, memory, signals?.hold);
  return { sgemm, products: new OneDNN(own, library.packs === "bf16", { sgemm, memory, refused }), release };
}

/** The declarations that a worker needs to bind a library. */
export const BINDING_SOURCE = `
const holdSignals = ${holdSignals};
const bindSgemm = ${bindSgemm};
const OneDNNLibrary = ${OneDNNLibrary};
const OneDNN = ${OneDNN};
const bindLibrary = ${bindLibrary};
`;
