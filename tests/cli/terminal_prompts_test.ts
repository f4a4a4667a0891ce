// On a terminal Deno prompts for missing permissions, whereas on a pipe it silently denies them. The commands must not
// need any permission that their tasks in deno.json do not grant.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { ByteTokenizer } from "../../tokenizers/mod.ts";
import { babble, inTempDir } from "../support/command.ts";
import { commandLine, hasTerminals, runOnTerminal } from "../support/terminal.ts";

const UNDISPOSED = new URL("../engine/undisposed_program.ts", import.meta.url).pathname;

if (await hasTerminals()) {
  Deno.test("a program with threads prompts for no permission", async () => {
    const [code, text] = await runOnTerminal(`${Deno.execPath()} run --no-check ${UNDISPOSED}`, Deno.cwd());
    assertEquals([code, text.includes("requests")], [0, false], text);
  });

  Deno.test("commands prompt for no permission beyond those of their tasks", async () => {
    await inTempDir(async (directory) => {
      const numbers = Array.from({ length: 30 }, (_, i) => i);
      await Deno.writeTextFile(`${directory}/text.txt`, babble(3000));
      await Deno.writeTextFile(`${directory}/labels.tsv`, numbers.map((i) => `l${i % 2}\tword ${i}\n`).join(""));
      await Deno.writeTextFile(`${directory}/pairs.tsv`, numbers.map((i) => `a ${i}\tb ${i}\n`).join(""));
      const threads = ["--threads", "2"];
      const small = [...threads, "--max-steps", "2", "--hidden", "4", "--embed", "4"];
      const lines: [name: string, args: string[], words: string][] = [
        ["train-lm", ["--data", "text.txt", "--out", "model", ...small], "Trained to step 2"],
        ["generate", ["--model", "model", "--max-tokens", "300", ...threads, "the"], "the"],
        ["evaluate", ["--model", "model", "--data", "text.txt", ...threads], "perplexity"],
        ["train-classifier", ["--data", "labels.tsv", "--out", "labels", ...small], "Trained to step 2"],
        ["classify", ["--model", "labels", ...threads, "word"], "l"],
        ["train-translation", ["--data", "pairs.tsv", "--out", "pairs", ...small], "Trained to step 2"],
        ["translate", ["--model", "pairs", ...threads, "a 1"], ""],
      ];
      for (const [name, args, words] of lines) {
        const [code, text] = await runOnTerminal(commandLine(name, ...args), directory);
        assertEquals([code, text.includes("requests")], [0, false], text);
        assertStringIncludes(text, words);
      }
    });
  });

  Deno.test("commands that read standard input on a terminal say what they wait for", async () => {
    await inTempDir(async (directory) => {
      await Deno.writeTextFile(`${directory}/t.json`, JSON.stringify(new ByteTokenizer()));
      await Deno.writeTextFile(`${directory}/text.txt`, babble(600));
      const train = ["train-lm", "--out", "model", "--hidden", "4", "--embed", "4", "--max-steps", "1", "--batch", "2"];
      const prepared = await runOnTerminal(commandLine(...train as [string], "--data", "text.txt"), directory);
      assertEquals(prepared[0], 0, prepared[1]);
      const tokenize = ["tokenize", "--tokenizer", "t.json"];
      const prompts: [line: string[], what: string, code?: number][] = [
        [tokenize, "a text"],
        [[...tokenize, "--whole"], "a text"],
        [[...tokenize, "--decode"], "ids"],
        [["generate", "--model", "model", "--max-tokens", "1", "-"], "a prompt"],
        [["train-lm", "--data", "-"], "a text", 1],
        [["train-lm", "--resume", "model", "--data", "-"], "a text", 1],
        [["train-classifier", "--data", "-"], "a text", 1],
        [["train-tokenizer", "--data", "-", "--model", "char"], "a text", 1],
        [["evaluate", "--model", "model", "--data", "-"], "a text", 1],
        [["score", "--hyp", "-", "--ref", "text.txt"], "a text", 1],
      ];
      for (const [[name, ...args], what, expected = 0] of prompts) {
        const [code, text] = await runOnTerminal(commandLine(name, ...args), directory);
        assertEquals([code, text.includes(`Type ${what} and press Enter; Ctrl-D ends.`)], [expected, true], text);
      }
    });
  });
} else {
  Deno.test.ignore("commands on a terminal: not tried, as there is no program `script`", () => {});
}
