import { assertHits, killAndResume, RUNS } from "./runs.ts";

Deno.test("a run of every task, killed 4 times at random moments, resumes to the same bits", async () => {
  const hits = await Promise.all(RUNS.map((run, seed) => killAndResume(run, 4, seed)));
  for (const count of hits) assertHits(count, 4);
});
