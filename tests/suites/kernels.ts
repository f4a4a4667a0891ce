import { importTests } from "../support/suite.ts";

await importTests("tests/kernels");
