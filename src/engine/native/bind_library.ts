import type { NativeFunctions } from "../../kernels/mod.ts";
import { bindSgemm, type NativeLibrary } from "./bind_sgemm.ts";
import { OneDNN } from "./onednn.ts";
import { OneDNNLibrary } from "./onednn_library.ts";

/** Binds what a native library offers to a memory; every thread calls it. Workers run its source text. */
export function bindLibrary(library: NativeLibrary, memory: WebAssembly.Memory): NativeFunctions {
  const sgemm = bindSgemm(library, memory);
  if (!library.packs) return { sgemm };
  return { sgemm, products: new OneDNN(new OneDNNLibrary(library.path, memory), library.packs === "bf16") };
}

/** The declarations that a worker needs to bind a library. */
export const BINDING_SOURCE = `
const bindSgemm = ${bindSgemm};
const OneDNNLibrary = ${OneDNNLibrary};
const OneDNN = ${OneDNN};
const bindLibrary = ${bindLibrary};
`;
