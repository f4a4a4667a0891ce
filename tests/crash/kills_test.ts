import { assertHits, killAndResume, RUNS } from "./runs.ts";

for (const [seed, run] of RUNS.entries()) {
  Deno.test(`${run.task}: a run killed 20 times at random moments resumes to the same bits`, async () => {
    assertHits(await killAndResume(run, 20, seed), 20);
  });
}
