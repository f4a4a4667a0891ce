import { assertMatch } from "@std/assert";
import { fillDisk, RUNS } from "./runs.ts";

Deno.test("a run of every task on a full disk ends with one line, and resumes elsewhere to the same bits", async () => {
  for (const stderr of await Promise.all(RUNS.map(fillDisk))) {
    if (stderr === undefined) console.log("skipped, because this system lets no user mount a small disk");
    else assertMatch(stderr, /^error: [^\n]*(no space|full)[^\n]*\n$/i);
  }
});
