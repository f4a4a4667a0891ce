// Models and runs saved by an earlier version can be loaded, evaluated and resumed.

import { assertEquals, assertMatch } from "@std/assert";
import { filesUnder, inTempDir, jsonLines, type Outcome, runCommandIn } from "../support/command.ts";

const RUNS = decodeURIComponent(new URL("../goldens/runs/command_line/", import.meta.url).pathname);

/** A run of a task, the options it was given, and an option it was not given. */
const CASES = [
  {
    name: "language-modeling",
    command: "train-lm",
    data: "text.txt",
    given: ["--hidden", "8", "--embed", "8", "--tie", "--dropout", "0.2", "--batch", "4", "--bptt", "16"],
    other: ["--cell", "gru"],
    verb: ["generate", "the cat"],
  },
  {
    name: "classification",
    command: "train-sentiment",
    data: "texts.csv",
    given: ["--hidden", "6", "--members", "2", "--batch", "10", "--max-vocab", "100", "--bidirectional"],
    other: ["--unidirectional"],
    verb: ["classify", "a fine film"],
  },
  {
    name: "translation",
    command: "train-translation",
    data: "pairs.tsv",
    given: ["--hidden", "8", "--untied", "--tokenizer", "char", "--batch-tokens", "100"],
    other: ["--joint"],
    verb: ["translate", "a fine film"],
  },
] as const;

for (const { name, command, data, given, other, verb } of CASES) {
  Deno.test(`${name}: a run of an earlier version resumes with its own options and rejects others`, async () => {
    await inTempDir(async (directory) => {
      Deno.mkdirSync(`${directory}/model`);
      for (const [file, bytes] of filesUnder(RUNS + name)) Deno.writeFileSync(`${directory}/model/${file}`, bytes);
      Deno.copyFileSync(RUNS + data, `${directory}/${data}`);
      const run = (...args: string[]): Promise<Outcome> => runCommandIn(directory, ...args);
      const refused = await run(command, "--resume", "model", ...other);
      assertEquals(refused.code, 2, refused.stderr);
      assertMatch(
        refused.stderr,
        /^error: --[a-z-]+: expected .*(?:as in the resumed run|a run that began with this option)/,
      );
      const resumed = await run(command, "--resume", "model", ...given, "--max-steps", "14", "--json");
      assertEquals(resumed.code, 0, resumed.stderr);
      assertEquals(jsonLines(resumed.stdout).at(-1)!.steps, 14);
      const [measured, answered] = [
        await run("evaluate", "--model", "model", "--data", data),
        await run(...verb, "--model", "model"),
      ];
      assertEquals([measured.code, answered.code], [0, 0], measured.stderr + answered.stderr);
      const config = JSON.parse(Deno.readTextFileSync(`${directory}/model/config.json`));
      assertEquals([config.task, config.version], [name, 2]);
    });
  });
}
