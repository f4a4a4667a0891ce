import { importTests } from "../support/suite.ts";

await importTests("tests/tasks/language_modeling");
