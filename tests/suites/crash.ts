import { importTests } from "../support/suite.ts";

await importTests("tests/crash");
await importTests("tests/fuzz");
