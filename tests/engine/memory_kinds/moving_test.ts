// Runs the suites where every allocation detaches all views, so that a view kept across one fails a test.

import { useMemory } from "../../support/memory_kind.ts";
import { importModules, importOperations } from "./suites.ts";

useMemory("moving");
await importModules();
await importOperations();
