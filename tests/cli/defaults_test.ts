// Omitted options have their declared defaults.

import { assertEquals } from "@std/assert";
import { LOG_EVERY, RUN_OPTIONS } from "../../cli/training/run_options.ts";
import { SEARCH } from "../../tasks/translation/mod.ts";
import { babble, inTempDir, jsonLines, runCommand, runCommandIn } from "../support/command.ts";

Deno.test("translate limits --n-best to the declared default beam", async () => {
  const beam = SEARCH.beam.default as number;
  const { code, stderr } = await runCommand("translate", "--n-best", String(beam + 1), "a");
  assertEquals([code, stderr], [2, `error: --n-best: expected at most the beam, ${beam}, found ${beam + 1}\n`]);
});

Deno.test("the help shows the actual interval of step events", async () => {
  assertEquals(RUN_OPTIONS["log-every"].default, String(LOG_EVERY));
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(3000));
    const sizes = ["--hidden", "4", "--embed", "4", "--batch", "2", "--bptt", "8", "--epochs", "9"];
    const steps = ["--max-steps", String(2 * LOG_EVERY + 1), "--json"];
    const { stdout } = await runCommandIn(directory, "train-lm", "--data", "text.txt", ...sizes, ...steps);
    const events = jsonLines(stdout).filter(({ event }) => event === "step");
    assertEquals(events.map(({ step }) => step), [LOG_EVERY, 2 * LOG_EVERY]);
  });
});
