import { importTests } from "../support/suite.ts";

await importTests("tests/nn");
await importTests("tests/optim");
