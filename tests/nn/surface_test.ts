import { assertEquals } from "@std/assert";
import * as engine from "../../src/engine/mod.ts";
import * as nn from "../../src/nn/mod.ts";
import * as tensor from "../../src/tensor/mod.ts";

Deno.test("the public entry of layers hides the tape, memory addresses and engine internals", () => {
  const hidden = (names: object): string[] => Object.keys(names).filter((name) => !(name in nn)).sort();
  assertEquals(hidden(engine), ["Arena", "Block", "Memory", "RepeatedStep", "SIGNATURES", "offset"]);
  assertEquals(hidden(tensor), [
    "Scope",
    "Slab",
    "allocateTensor",
    "checkShape",
    "engineOf",
    "expectShape",
    "formatShape",
    "keptPacked",
    "matrixAt",
    "matrixOf",
    "multiply",
    "multiplyKept",
    "projectBackward",
    "projectInto",
    "rowsFrom",
    "sizeOf",
    "slabSize",
  ]);
});
