// Runs the suites where growing the memory detaches all views, as where memory cannot be shared.

import { useMemory } from "../../support/memory_kind.ts";
import { importModules } from "./suites.ts";

useMemory("unshared");
await importModules();
