import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { shareOf } from "../../cli/training/folds_run.ts";
import { describePlan } from "../../cli/training/plan_message.ts";
import { completeSettings, TRAIN_SETTINGS, type TrainSettings } from "../../src/train/mod.ts";
import { babble, inTempDir, jsonLines, runCommand } from "../support/command.ts";

const plan = (steps: number, epochs: number, settings: Partial<TrainSettings>): string =>
  describePlan({ steps, epochs }, completeSettings(TRAIN_SETTINGS, { minutes: 10, learningRate: 0.002, ...settings }));

Deno.test("the plan of a budget says how far a run gets and how its rate changes", () => {
  assertEquals(
    plan(2100, 3.14, { schedule: "cosine", finalRate: 0.1 }),
    "About 2,100 steps, 3.1 epochs in 10 minutes; the learning rate falls from 0.002 to 0.0002.",
  );
  assertEquals(
    plan(1, 12.6, { minutes: 0.25, schedule: "one-cycle" }),
    "About 1 step, 13 epochs in 15 seconds; the learning rate rises to 0.002, then falls to 0.",
  );
  assertStringIncludes(plan(9, 1, { schedule: "constant" }), "the learning rate stays 0.002.");
  assertStringIncludes(plan(9, 1, { schedule: "step" }), "begins at 0.002, with the step schedule.");
});

Deno.test("--minutes ends a run, replaces the epochs of a preset, and says the plan", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(1500));
    const small = ["--data", `${directory}/text.txt`, "--hidden", "4", "--embed", "4", "--threads", "1"];
    // The first step takes longer than that.
    const args = [...small, "--minutes", "0.00001", "--out", `${directory}/m`];
    const { code, stdout } = await runCommand("train-lm", "--preset", "demo", ...args);
    assertEquals(code, 0);
    assertMatch(
      stdout,
      /^About 1 step, \d\.\d epochs in 0\.\d+ seconds; the learning rate falls from 0\.\d+ to 0\.$/m,
    );
    assertMatch(stdout, /^Trained to step 1 in /m);
    const done = await runCommand("train-lm", "--resume", `${directory}/m`);
    assertStringIncludes(done.stdout, "already complete with --minutes 0.00001; pass a larger number to continue.");
    const more = ["--resume", `${directory}/m`, "--max-steps", "2", "--lr", "0.001", "--json"];
    const lines = jsonLines((await runCommand("train-lm", ...more)).stdout);
    assertEquals(lines.at(-1)!.steps, 2);
    assert(!lines.some(({ event }) => event === "plan"));
    const both = await runCommand("train-sentiment", "--minutes", "1", "--autotune", "1");
    assertStringIncludes(both.stderr, "--minutes: expected this option or --autotune");
  });
});

Deno.test("the folds of a cross-validation share a budget of time", () => {
  assertEquals(shareOf({ minutes: 10, batch: 8 }, 5), { minutes: 2, batch: 8 });
  for (const fit of [{ minutes: null, epochs: 3 }, { batch: 8 }]) assertEquals(shareOf(fit, 5), fit);
});
