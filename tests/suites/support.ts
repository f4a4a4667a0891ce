import { importTests } from "../support/suite.ts";

await importTests("tests/support");
await importTests("tests/train");
