import { importTests } from "../support/suite.ts";

await importTests("tests/formats");
await importTests("tests/schema");
