import { importTests } from "../support/suite.ts";

await importTests("tests/tasks", { except: ["data", "default_data", "language_modeling"] });
