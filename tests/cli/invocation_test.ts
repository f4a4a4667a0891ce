// Command lines that the program suggests must work in the directory where it prints them.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { quoted, quotedForShell, quotedForWindows } from "../../cli/invocation.ts";
import { TrainingRun } from "../../cli/training/mod.ts";
import { VERSION } from "../../cli/version.ts";
import { babble, inTempDir, runCommand, runCommandIn } from "../support/command.ts";

const pathOf = (file: string): string => decodeURIComponent(new URL(file, import.meta.url).pathname);
const [ROOT, MAIN, OTHER] = ["../../", "../../cli/main.ts", "program_with_task.ts"].map(pathOf);

/** Runs Deno in a directory and returns its output. */
async function deno(directory: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: directory }).output();
  return new TextDecoder().decode(stdout);
}

/** Returns the words before the command's name in the first example of `score`. */
function invocationIn(help: string): string {
  const joined = help.replaceAll(/ \\\n +/g, " ");
  return /^ {2}(.*) score --hyp /m.exec(joined)![1];
}

const ignore = Deno.build.os === "windows";

Deno.test("the invocation is deno task in the project's folder, with any permissions", { ignore }, async () => {
  for (const permissions of [[], ["--allow-read"]]) {
    const help = await deno(ROOT, "run", "--no-prompt", ...permissions, "cli/main.ts", "score", "--help");
    assertEquals(invocationIn(help), "deno task");
  }
  assertEquals(invocationIn((await runCommand("score", "--help")).stdout), "deno task");
});

Deno.test(
  "elsewhere, and in another program, the invocation is deno run with a path that works",
  { ignore },
  async () => {
    await inTempDir(async (directory) => {
      for (const [place, main] of [[directory, MAIN], [directory, OTHER], [ROOT, OTHER]]) {
        const words = invocationIn(await deno(place, "run", "--no-prompt", "--allow-read", main, "score", "--help"));
        assert(words.startsWith("deno run --allow-read --allow-write "), words);
        assertEquals(await deno(place, ...words.split(" ").slice(1), "--version"), `elman ${VERSION}\n`);
      }
    });
  },
);

Deno.test("a program that deno install made of the clone is called elman", { ignore }, async () => {
  await inTempDir(async (directory) => {
    await deno(directory, "install", "-g", "--root", directory, "-n", "elman", "--allow-read", "--allow-write", MAIN);
    const { stdout } = await new Deno.Command(`${directory}/bin/elman`, { args: ["score", "--help"], cwd: ROOT })
      .output();
    assertEquals(invocationIn(new TextDecoder().decode(stdout)), "elman");
  });
});

Deno.test("the overview contains no program name", async () => {
  assertStringIncludes((await runCommand("--help")).stdout, "\n`COMMAND --help` shows a command's options");
});

Deno.test("a shell reads a quoted word as it is", { ignore }, async () => {
  const words = ["models/my-novel", "models/my novel", "it's $HOME", '`a` \\ "b"\n', ""];
  const args = ["-c", `printf '%s|' ${words.map(quotedForShell).join(" ")}`];
  const { stdout } = await new Deno.Command("sh", { args }).output();
  assertEquals(new TextDecoder().decode(stdout), words.map((word) => `${word}|`).join(""));
  assertEquals(quotedForShell(words[0]), words[0]);
});

Deno.test("on Windows, a path with backslashes needs no quotes, and one with a space has double quotes", () => {
  assertEquals(quotedForWindows("models\\my-novel"), "models\\my-novel");
  assertEquals(quotedForWindows("models\\my novel"), '"models\\my novel"');
  assertEquals(quotedForWindows('say "no"'), '"say ""no"""');
});

Deno.test("the commands that a run suggests name a directory with a space as one word", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/my novel.txt`, babble(600));
    const small = "--hidden 4 --embed 4 --batch 2 --bptt 8 --max-steps 1".split(" ");
    const { code, stdout, stderr } = await runCommandIn(directory, "train-lm", "--data", "my novel.txt", ...small);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, `generate --model ${quoted(join("models", "my novel-lstm"))}\n`);
    const state = JSON.parse(await Deno.readTextFile(`${directory}/models/my novel-lstm/training_state.json`));
    assertEquals(state.notes.precision, "float32");
  });
  const run = new TrainingRun({ command: "train-lm", directory: "my novel", steps: 3, values: { quiet: true } });
  assertStringIncludes(run.stopMessage(), `train-lm --resume ${quoted("my novel")}`);
  const half = new TrainingRun({ command: "train-lm", directory: "m", steps: 3, values: { precision: "bf16" } });
  assertMatch(half.stopMessage(), /train-lm(?::native)? --resume m --precision bf16$/);
  const fresh = new TrainingRun({ command: "train-lm", directory: "my novel", values: { quiet: true } });
  assertStringIncludes(fresh.stopMessage(), "Stopped before the first step. To train, run the same command again.");
});
