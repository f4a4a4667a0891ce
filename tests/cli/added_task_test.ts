// A program can add a task to the command line.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { LanguageModel } from "../../tasks/language_modeling/mod.ts";
import { CharTokenizer } from "../../tokenizers/mod.ts";
import { babble, inTempDir, type Outcome } from "../support/command.ts";

const PROGRAM = decodeURIComponent(new URL("program_with_task.ts", import.meta.url).pathname);

/** Runs `body` with a directory that contains a text, a language model and a model of the added task. */
async function inPlace(body: (run: (...args: string[]) => Promise<Outcome>) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const text = babble(2000);
    await Deno.writeTextFile(`${directory}/text.txt`, text);
    const tokenizer = CharTokenizer.train(text);
    await LanguageModel.create({ tokenizer, hidden: 4, embed: 4 }).save(`${directory}/lm`);
    const config = JSON.parse(await Deno.readTextFile(`${directory}/lm/config.json`));
    await Deno.mkdir(`${directory}/other`);
    await Deno.writeTextFile(`${directory}/other/config.json`, JSON.stringify({ ...config, task: "other" }));
    await body(async (...args) => {
      const command = {
        args: ["run", "--no-prompt", "--allow-read", "--allow-write", PROGRAM, ...args],
        cwd: directory,
        env: { NO_COLOR: "1" },
      };
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), command).output();
      const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
      return { code, stdout: decode(stdout), stderr: decode(stderr) };
    });
  });
}

Deno.test("an added task names its models' directories", async () => {
  await inPlace(async (run) => {
    const sizes = ["--hidden", "4", "--embed", "4", "--max-steps", "1", "--batch", "2"];
    const { code, stdout, stderr } = await run("train-other", "--data", "text.txt", ...sizes);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, "Saving to models/other-text.");
  });
});

Deno.test("evaluate parses an option of several tasks as the model's own task declares it", async () => {
  await inPlace(async (run) => {
    for (const model of [["--model", "lm"], ["--model=lm"]]) {
      const measured = await run("evaluate", ...model, "--data", "text.txt");
      assertEquals([measured.code, measured.stderr], [0, ""]);
    }
    const refused = await run("evaluate", "--model", "other", "--data", "text.txt", "--beam");
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.stderr, '--data: expected a whole number of at least 1, found "text.txt"');
    const help = (await run("evaluate", "--help")).stdout.replaceAll(/\s+/g, " ");
    assertStringIncludes(
      help,
      "For other: bits to measure on. For language-modeling: text to evaluate on: files, folders or",
    );
    assertStringIncludes(help, "For other: follow a beam. For translation: beam size");
  });
});

Deno.test("other commands name the added task's command for its models", async () => {
  await inPlace(async (run) => {
    for (const command of ["generate", "classify", "translate"]) {
      const { code, stderr } = await run(command, "--model", "other", "a");
      assertEquals(code, 2);
      assertStringIncludes(stderr, ", found a language model; ");
      assertStringIncludes(stderr, "tell instead");
    }
  });
});
