import { importTests } from "../support/suite.ts";

await importTests("tests/house");
await importTests("tests/bench");
await importTests("tests/package");
