// Texts, labels and names that come from files or from the user must not act on the terminal, in any command.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inTempDir, jsonLines, runCommand } from "../support/command.ts";
import { commandLine, hasTerminals, runOnTerminal } from "../support/terminal.ts";

/** Retitles the window, clears the screen twice, reverses the text, and returns to the start of the line. */
const HOSTILE = "\x1b]0;t\x07\x1b[2J\u009b2J\u202ex\ry";
const NAME = "n\x1b[2J\u202e\rz";

/** Erases the progress line. */
const OWN = "\r\x1b[K";
// deno-lint-ignore no-control-regex
const ACTING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/;

const RUN = ["--threads", "1"];
const SMALL = [...RUN, "--max-steps", "1", "--hidden", "4", "--embed", "4"];

/** Writes data of every kind whose texts, labels and names are hostile. */
async function writeData(directory: string): Promise<void> {
  const write = (name: string, text: string): Promise<void> => Deno.writeTextFile(`${directory}/${name}`, text);
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  await write(`${NAME}.txt`, `${HOSTILE} `.repeat(200));
  const label = (i: number): string => i % 2 === 0 ? `l${HOSTILE}`.replace("\r", "") : "plain";
  await write("labeled.jsonl", numbers.map((i) => JSON.stringify({ label: label(i), text: HOSTILE + i })).join("\n"));
  await write("pairs.tsv", numbers.map((i) => `a ${i}\t\x1b[2J\u202e ${i}`).join("\n"));
  await write("line.txt", `a ${HOSTILE}\n`);
}

if (await hasTerminals()) {
  Deno.test("nothing that a file or the user says acts on the terminal", async () => {
    await inTempDir(async (directory) => {
      await writeData(directory);
      /** Runs a command on a terminal and returns what it shows, apart from erasing its own progress line. */
      const run = async (name: string, args: string[], input = ""): Promise<string> => {
        const [, text] = await runOnTerminal(commandLine(name, ...args) + input, directory);
        const shown = text.replaceAll("\r\n", " ").replaceAll(OWN, "");
        assert(!ACTING.test(shown), `${name}: ${JSON.stringify(shown)}`);
        // The program's own sequences are not escaped.
        assert(!shown.includes("\\u001b[K"), shown);
        return shown;
      };
      const file = `${NAME}.txt`;
      const escaped = "n\\u001b[2J\\u202e\\u000dz";
      const shown: [part: string, name: string, args: string[], input?: string][] = [
        [`Saving to lm${escaped}`, "train-lm", ["--data", file, "--out", `lm${NAME}`, ...SMALL, "--batch", "2"]],
        ["\\u001b[2J", "generate", ["--model", `lm${NAME}`, ...RUN, "--max-tokens", "99", "\x1b[2J"]],
        ["\\u001b[2J", "generate", ["--model", `lm${NAME}`, ...RUN, "--max-tokens", "9", "--count", "2", "\x1b[2J"]],
        ["symbols", "generate", ["--model", `lm${NAME}`, ...RUN, "--prompt", `\u202aΩ${HOSTILE}`]],
        ['"event"', "generate", ["--model", `lm${NAME}`, ...RUN, "--max-tokens", "99", "--json", "\x1b[2J"]],
        ["perplexity", "evaluate", ["--model", `lm${NAME}`, ...RUN, "--data", file]],
        ["l\\u001b]0;t", "train-classifier", ["--data", "labeled.jsonl", "--out", "classifier", ...SMALL]],
        ["l\\u001b]0;t", "classify", ["--model", "classifier", ...RUN, HOSTILE]],
        ["l\\u001b]0;t", "classify", ["--model", "classifier", ...RUN, "--tsv"], " < line.txt"],
        ["l\\u001b]0;t", "classify", ["--model", "classifier", ...RUN, "--json", HOSTILE]],
        ["l\\u001b]0;t", "evaluate", ["--model", "classifier", ...RUN, "--data", "labeled.jsonl"]],
        ["Saving to tr", "train-translation", ["--data", "pairs.tsv", "--out", "tr", ...SMALL, "--tokenizer", "char"]],
        ["never seen in training", "translate", ["--model", "tr", ...RUN, "a 1 \u202e"]],
        ["n\\u001b[2J", "train-tokenizer", ["--data", file, "--model", "char", "--out", `${NAME}.json`]],
        ["\\u202e", "tokenize", ["--tokenizer", `${NAME}.json`], ` < '${file}'`],
        ["\\u202e", "score", ["--hyp", "line.txt", "--ref", file]],
        [`expected a model`, "generate", ["--model", `none${NAME}`]],
        ["\\u202e", "generate", [`--\u202e${NAME}`]],
        ["\\u202e", "train-lm", ["--data", `none${NAME}`]],
        ["\\u202e", '"\u202e\x1b[2J"', []],
      ];
      for (const [part, name, args, input] of shown) assertStringIncludes(await run(name, args, input), part, name);
    });
  });

  Deno.test("the colored words of classify --explain show a text's own sequences as escapes", async () => {
    await inTempDir(async (directory) => {
      await writeData(directory);
      await runCommand("train-classifier", "--data", `${directory}/labeled.jsonl`, "--out", `${directory}/m`, ...SMALL);
      const line = commandLine("classify", "--model", "m", ...RUN, "--explain", `\x1b[2Ja ${HOSTILE}`);
      const [code, text] = await runOnTerminal(line, directory, { NO_COLOR: "" });
      assertEquals(code, 0, text);
      assertStringIncludes(text, "\x1b[48;5;");
      assertStringIncludes(text, "\\u001b");
      // deno-lint-ignore no-control-regex
      assert(!ACTING.test(text.replaceAll("\r\n", "").replaceAll(/\x1b\[(?:0|[34]8;5;\d+)m/g, "")), text);
    });
  });

  Deno.test("every line that training prints fits a terminal of 80 columns, except the command to copy", async () => {
    await inTempDir(async (directory) => {
      await writeData(directory);
      await Deno.writeTextFile(`${directory}/plain.txt`, "some words to read ".repeat(99));
      const long = "a_name_that_makes_the_line_long";
      for (
        const [name, data] of [
          ["train-lm", "plain.txt"],
          ["train-classifier", "labeled.jsonl"],
          ["train-translation", "pairs.tsv"],
        ]
      ) {
        const line = commandLine(name, "--data", data, "--out", long + name, ...SMALL, "--valid-fraction", "0.2");
        const [code, text] = await runOnTerminal(line, directory);
        assertEquals(code, 0, text);
        const lines = text.replaceAll(OWN, "\n").split(/\r?\n/);
        const sample = text.match(/The model writes:[^]*?\r\n\r\n[^]*?\r\n\r\n/)?.[0] ?? "";
        const wide = lines.filter((line) => line.length > 80 && !sample.includes(line));
        assertEquals(wide.filter((line) => !line.startsWith("To try it: ")), [], text);
        assertStringIncludes(text.replaceAll(/\s+/g, " "), "matrix products by WebAssembly");
      }
    });
  });
} else {
  Deno.test.ignore("commands on a terminal: not tried, as there is no program `script`", () => {});
}

Deno.test("output that is not a terminal keeps texts and labels exactly", async () => {
  await inTempDir(async (directory) => {
    await writeData(directory);
    const model = `${directory}/m`;
    const label = `l${HOSTILE}`.replace("\r", "");
    const trained = await runCommand(
      "train-classifier",
      "--data",
      `${directory}/labeled.jsonl`,
      "--out",
      model,
      ...SMALL,
    );
    assertEquals(trained.code, 0, trained.stderr);
    const classify = ["classify", "--model", model, ...RUN];
    for (const form of [[], ["--tsv"]]) {
      assertStringIncludes((await runCommand(...classify, ...form, HOSTILE)).stdout, label);
    }
    const [{ text, probabilities }] = jsonLines((await runCommand(...classify, "--json", HOSTILE)).stdout);
    assertEquals([text, label in (probabilities as object)], [HOSTILE, true]);
    const generated = await runCommand("generate", "--model", `none${NAME}`);
    assertStringIncludes(generated.stderr, "none");
  });
});

Deno.test("the command line writes to the terminal through one module", async () => {
  const folders = ["", "arguments/", "commands/", "training/", "terminal/"];
  for (const folder of folders.map((name) => new URL(`../../cli/${name}`, import.meta.url))) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || name === "terminal.ts") continue;
      const code = (await Deno.readTextFile(new URL(name, folder))).replaceAll(/^\s*(?:\*|\/[/*]).*$/gm, "");
      assertEquals(/console\.\w+\(|writeSync|stdout\.write|stderr\.write/.exec(code), null, name);
    }
  }
});
