// Tests the report of the translation benchmark, not its measurements.

import { assertEquals, assertMatch } from "@std/assert";
import { ABLATIONS, BASE, type Recipe, VERSION } from "../../bench/translation/recipes.ts";
import { report } from "../../bench/translation/report.ts";
import type { StoredResult } from "../../bench/translation/run.ts";

const RESULT: StoredResult = {
  gemm: "oneDNN 2.6 (ffi)",
  ...{ parameters: 1e6, epoch: 6, loss: 2, greedy: 30, beam: 31, searches: new Array(9).fill(30) },
};

Deno.test("the report says with how many threads and jobs, and before which change, each result was measured", () => {
  const now = { ...RESULT, threads: 4, jobs: 1, version: VERSION };
  assertMatch(
    report(() => RESULT),
    /1 thread and oneDNN 2.6 \(ffi\); 2 run in parallel on two cores[^]*All runs were/,
  );
  const mixed = report((recipe: Recipe) => recipe === BASE ? RESULT : now);
  assertMatch(
    mixed,
    /; 2 run in parallel, or 4 threads and [^;]*; 1 run in parallel[^]*Some runs \(the recipe\) were/,
  );
  assertEquals(report(() => now).includes("runs were"), false);
  assertEquals(report(() => now).match(/\*\*31\.00\*\*/g)?.length, 1 + ABLATIONS.length);
});

Deno.test("the report in bench/results is that of the stored results", async () => {
  const results = new URL("../../bench/results/", import.meta.url);
  const { runs } = JSON.parse(await Deno.readTextFile(new URL("translation.json", results)));
  const text = await Deno.readTextFile(new URL("translation.md", results));
  assertEquals(text, report((recipe) => runs[JSON.stringify(recipe)]));
});
