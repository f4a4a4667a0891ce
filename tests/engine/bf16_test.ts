import { assert, assertEquals, assertThrows } from "@std/assert";
import { Engine, inference, linear, Parameter, Random, tensor, training } from "../../src/nn/mod.ts";
import { toBFloat16 } from "../support/bfloat16.ts";
import { assertAllClose } from "../support/assertions.ts";
import { nativeLibraries, trainRecurrentNetworks } from "../support/native_training.ts";

const libraries = nativeLibraries({ precision: "bf16" });
if (libraries.length === 0) console.log("bf16: not tested, expected oneDNN and a processor with bfloat16 instructions");
