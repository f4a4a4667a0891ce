import { testExamples } from "./examples.ts";

await testExamples(["README.md"]);
