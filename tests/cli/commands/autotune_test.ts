import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { inTempDir, jsonLines, runCommand, runCommandIn, startCommand } from "../../support/command.ts";

const SMALL = ["--embed", "4", "--hidden", "4", "--threads", "2"];
const SHORT = [...SMALL, "--epochs", "2"];
/** Leaves only the learning rate to the search, which then ends long before its time, whatever the machine does. */
const FIXED = [
  ...["--layers", "1", "--pooling", "mean", "--adversarial", "0", "--dropout", "0.4", "--input-dropout", "0.1"],
  ...["--word-dropout", "0.1", "--min-count", "1", "--conv", "0"],
];
/** More minutes than any of these searches takes, and fewer than any. */
const [AMPLE, OVER] = ["9", "0.001"];

/** Runs `body` with a directory that contains data.csv: short texts with one of two labels. */
async function withData(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const words = ["fine", "good", "great", "dull", "bad", "poor"];
    const rows = Array.from({ length: 120 }, (_, i) => {
      const word = words[i % 6];
      return `${i % 6 < 3 ? "yes" : "no"},"a ${word} film ${i % 7} of ${word} people"`;
    });
    await Deno.writeTextFile(`${directory}/data.csv`, ["label,text", ...rows].join("\n") + "\n");
    await body(directory);
  });
}

// deno-lint-ignore no-explicit-any
function readJSON(path: string): any {
  return JSON.parse(Deno.readTextFileSync(path));
}

/** Starts a command, and stops it as soon as its output matches. */
async function stopAfter(pattern: RegExp, args: string[], cwd: string): Promise<{ code: number; stderr: string }> {
  const child = startCommand(args, cwd);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  child.kill("SIGTERM");
  const drain = async (): Promise<void> => {
    while (!(await reader.read()).done);
  };
  const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text(), drain()]);
  return { code, stderr };
}

Deno.test("--autotune shows what it tried, then trains a model that keeps the given options", async () => {
  await withData(async (directory) => {
    const out = `${directory}/m`;
    const args = ["train-classifier", "--data", `${directory}/data.csv`, "--out", out, ...SHORT, ...FIXED];
    const { code, stdout, stderr } = await runCommand(...args, "--autotune", AMPLE);
    assertEquals(code, 0, stderr);
    // What is known about the data comes before the search, and only there.
    const [before, after] = stdout.split(/Searching among 3 configurations, [12] at a time; an epoch takes about /);
    assertMatch(before, /data\.csv: 120 texts .*\nChosen for 108 texts of up to 7 words \(95 %\), /);
    assertMatch(after, /^[\d.e-]+ s\.\n/);
    assert(!/data\.csv|Chosen for/.test(after));
    assertEquals(stderr.match(/^warning: /gm)?.length, new Set(stderr.match(/^warning: .*/gm)).size);
    assertMatch(stdout, /validation loss +epochs +seeds +seconds +options\n/);
    assertMatch(stdout, /Chosen after \d+:\d\d: .*--members 5/);
    assertStringIncludes(stdout, "Validation accuracy ");
    const { embed, hidden, members, ...config } = readJSON(`${out}/config.json`);
    assertEquals([embed, hidden, members], [4, 4, 5]);
    const record = readJSON(`${out}/tuning.json`);
    const { model = {}, fit = {} } = record.candidates[record.chosen];
    assertEquals({ ...config, ...model }, config, "the model has the chosen options");
    const { settings } = readJSON(`${out}/training_state.json`);
    assertEquals({ ...settings, ...fit, epochs: 2 }, settings, "and its training");
    assertEquals(record.isFinished, true);
    assert(record.trials.length > 3);
    // deno-lint-ignore no-explicit-any
    assert(record.candidates.every(({ model }: any) => !("hidden" in model || "embed" in model)));
    const { code: resumed, stdout: more } = await runCommand("train-classifier", "--resume", out, "--epochs", "3");
    assertEquals(resumed, 0);
    assertStringIncludes(more, "epoch 3: ");
  });
});

Deno.test("--autotune trains as many members as are given", async () => {
  await withData(async (directory) => {
    const args = ["train-classifier", "--data", "data.csv", "--out", "m", ...SHORT, ...FIXED, "--json"];
    const { code, stdout, stderr } = await runCommandIn(directory, ...args, "--members", "2", "--autotune", AMPLE);
    assertEquals(code, 0, stderr);
    const { options } = jsonLines(stdout).find(({ event }) => event === "tuned")!;
    assertEquals((options as object as { members?: number }).members, undefined);
    assertEquals(readJSON(`${directory}/m/config.json`).members, 2);
  });
});

Deno.test("an interrupted search goes on with the same command, which repeats no finished training", async () => {
  await withData(async (directory) => {
    const args = ["train-classifier", "--data", "data.csv", ...SHORT, "--json"];
    const { code, stderr } = await stopAfter(/("event":"trial".*\n.*){3}/, [...args, "--autotune", AMPLE], directory);
    assertEquals(code, 130, stderr);
    assertMatch(stderr, /Stopped the search after \d+ trainings\. To go on: the same command again\.\n$/);
    const [out] = [...Deno.readDirSync(`${directory}/models`)].map(({ name }) => `${directory}/models/${name}`);
    const before = readJSON(`${out}/tuning.json`);
    assert(before.trials.length >= 3 && before.chosen === null);
    const again = await runCommandIn(directory, ...args, "--autotune", OVER);
    assertEquals(again.code, 0, again.stderr);
    assertEquals([...Deno.readDirSync(`${directory}/models`)].length, 1);
    const { trials, isFinished } = readJSON(`${out}/tuning.json`);
    assertEquals([trials.slice(0, before.trials.length), isFinished], [before.trials, true]);
    assertEquals(jsonLines(again.stdout).at(-1)!.event, "done");
  });
});

Deno.test("an interrupted training after a search goes on with the same command, without another search", async () => {
  await withData(async (directory) => {
    // More lines than a pipe holds: the training waits for the reader, so it cannot end before it is stopped.
    const training = ["--batch", "120", "--epochs", "300", "--patience", "300", "--json", "--log-every", "1"];
    const long = ["train-classifier", "--data", "data.csv", "--out", "m", ...SMALL, ...FIXED, ...training];
    const { code, stderr } = await stopAfter(/"event":"epoch"/, [...long, "--autotune", AMPLE], directory);
    assertEquals(code, 130, stderr);
    assertStringIncludes(stderr, "Stopped after step ");
    const before = readJSON(`${directory}/m/tuning.json`);
    assertEquals([typeof before.chosen, before.isFinished], ["number", false]);
    const again = await runCommandIn(directory, ...long, "--autotune", OVER);
    assertEquals(again.code, 0, again.stderr);
    const events = jsonLines(again.stdout);
    assertEquals(events.filter(({ event }) => event === "trial" || event === "tuned"), []);
    const first = events.find(({ event }) => event === "step")!;
    assert(first.step as number > 1, "training goes on, it does not begin again");
    const { trials, isFinished } = readJSON(`${directory}/m/tuning.json`);
    assertEquals([trials, isFinished], [before.trials, true]);
  });
});

Deno.test("too short a time trains with the options as they are, and says so", async () => {
  await withData(async (directory) => {
    const args = ["--data", `${directory}/data.csv`, "--out", `${directory}/m`, "--threads", "1", "--epochs", "1"];
    const { code, stdout } = await runCommand("train-classifier", ...args, "--autotune", "0.001");
    assertEquals(code, 0);
    assertStringIncludes(stdout, "0.001 minutes: too short for a search; training with the options as they are.");
    assertEquals(readJSON(`${directory}/m/tuning.json`).trials, []);
    assertStringIncludes(stdout, "epoch 1: ");
  });
});

Deno.test("what cannot be searched is refused in one line", async () => {
  await withData(async (directory) => {
    const data = ["--data", `${directory}/data.csv`, "--out", `${directory}/m`];
    const refuse = async (expected: string, ...args: string[]): Promise<void> => {
      const { stdout, stderr } = await runCommand("train-classifier", ...args);
      assertEquals([stdout, stderr.trim().split("\n").length], ["", 1], stderr);
      assertStringIncludes(stderr, expected);
    };
    await refuse('--autotune: expected a number above 0 and at most 10000, found "0"', ...data, "--autotune", "0");
    await refuse('--autotune: expected a number above 0 and at most 10000, found "-2"', ...data, "--autotune=-2");
    await refuse("--autotune: expected this option or --resume, found both", "--resume", "m", "--autotune", "1");
    await refuse("autotune: expected validation texts", ...data, "--valid-fraction", "0", "--autotune", "1");
    await refuse("autotune: expected --model network", ...data, "--model", "linear", "--autotune", "1");
    const lm = await runCommand("train-lm", "--data", `${directory}/data.csv`, "--autotune", "1");
    assertStringIncludes(lm.stderr, "unknown option --autotune");
  });
});
