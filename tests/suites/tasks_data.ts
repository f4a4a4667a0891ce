import { importTests } from "../support/suite.ts";

await importTests("tests/tasks/data");
await importTests("tests/tasks/default_data");
