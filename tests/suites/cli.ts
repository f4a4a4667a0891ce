import { importTests } from "../support/suite.ts";

await importTests("tests/cli", { except: ["commands"] });
