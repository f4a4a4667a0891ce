import { assertMatch } from "@std/assert";
import { fillDisk, RUNS } from "./runs.ts";

for (const run of RUNS) {
  Deno.test(`${run.task}: a run on a full disk ends with one line, and resumes elsewhere to the same bits`, async () => {
    const stderr = await fillDisk(run);
    if (stderr === undefined) console.log("skipped, because this system lets no user mount a small disk");
    else assertMatch(stderr, /^error: [^\n]*(no space|full)[^\n]*\n$/i);
  });
}
