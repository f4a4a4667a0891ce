// Runs the suites of layers, operations and optimizers over a backend without WebAssembly, in double precision.

import { Engine } from "../../src/engine/mod.ts";
import { LAYERS, RECURRENT_LAYERS } from "../nn/layers/mod.ts";
import { exactContract } from "../support/float64_backend/exact_contract.ts";
import { Float64Backend } from "../support/float64_backend/mod.ts";
import { useEngines } from "../support/memory_kind.ts";
import { recurrentCases } from "../support/recurrent_contract.ts";
import { importModules, importOperations } from "./memory_kinds/suites.ts";

useEngines(() => new Engine({}, new Float64Backend()), ["plain"]);
for (const [name, cases] of Object.entries(LAYERS)) exactContract(name, cases);
for (const [name, subject] of Object.entries(RECURRENT_LAYERS)) exactContract(name, recurrentCases(subject));
await importModules();
await importOperations();
