import { importTests } from "../support/suite.ts";

await importTests("tests/cli/commands");
