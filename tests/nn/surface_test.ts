import { assertEquals } from "@std/assert";
import * as engine from "../../src/engine/mod.ts";
import * as nn from "../../src/nn/mod.ts";
import * as tensor from "../../src/tensor/mod.ts";

Deno.test("what users of layers see of the engine is the engine, and of tensors neither tape nor addresses", () => {
  const hidden = (names: object): string[] => Object.keys(names).filter((name) => !(name in nn)).sort();
  assertEquals(hidden(engine), ["Arena", "Memory", "RepeatedStep"]);
  assertEquals(hidden(tensor), [
    "Scope",
    "Slab",
    "allocateTensor",
    "expectShape",
    "formatShape",
    "keptPacked",
    "multiplyKept",
    "projectBackward",
    "projectInto",
    "sizeOf",
  ]);
});
