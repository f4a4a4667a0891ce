import { importTests } from "../support/suite.ts";

await importTests("tests/docs");
await importTests("tests/examples");
