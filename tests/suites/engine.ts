import { importTests } from "../support/suite.ts";

await importTests("tests/engine");
await importTests("tests/distributed");
