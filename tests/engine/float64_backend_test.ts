// Runs the suites of layers, operations and optimizers over a backend without WebAssembly, in double precision.

import { Engine } from "../../src/engine/mod.ts";
import { Float64Backend } from "../support/float64_backend/mod.ts";
import { useEngines } from "../support/memory_kind.ts";
import { importModules, importOperations } from "./memory_kinds/suites.ts";

const backend = new Float64Backend();
useEngines(() => new Engine({}, backend));
await importModules();
await importOperations();
