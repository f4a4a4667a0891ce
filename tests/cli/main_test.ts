import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../cli/version.ts";
import { runCommand } from "../support/command.ts";

Deno.test("--help lists the commands, and a command's --help lists its options", async () => {
  const { code, stdout, stderr } = await runCommand("--help");
  assertEquals([code, stderr], [0, ""]);
  const options: Record<string, string[]> = {
    "train-lm": ["--data FILE", "--resume DIR", "--json", "--quiet"],
    "generate": ["--model DIR", "--prompt TEXT", "--stop TEXT"],
    "evaluate": ["--model DIR", "--data FILE"],
  };
  for (const [name, expected] of Object.entries(options)) {
    assertStringIncludes(stdout, `  ${name} `);
    const help = await runCommand(name, "--help");
    assertEquals([help.code, help.stderr], [0, ""]);
    for (const option of expected) assertStringIncludes(help.stdout, option);
    assert(help.stdout.split("\n").every((line) => line.length <= 80));
  }
});

Deno.test("a missing or unknown command is a usage error", async () => {
  const none = await runCommand();
  assertEquals([none.code, none.stdout], [2, ""]);
  assertStringIncludes(none.stderr, "Commands:");
  const near = await runCommand("genrate", "--model", "x");
  assertEquals([near.code, near.stdout, near.stderr], [
    2,
    "",
    'error: unknown command "genrate"; did you mean generate?\n',
  ]);
  const begun = await runCommand("gen", "--model", "x");
  assertEquals(begun.stderr, 'error: unknown command "gen"; did you mean generate?\n');
  const far = await runCommand("paint");
  assertEquals(
    far.stderr,
    'error: unknown command "paint"; expected one of train-lm, train-classifier, train-sentiment, train-translation, train-forecast, train-speech, train-music, generate, classify, watch, scan, translate, forecast, transcribe, compose, harmonize, evaluate, info, report, export, import, serve, score, train-tokenizer, tokenize\n',
  );
});

Deno.test("help prints the overview, and help COMMAND the command's help", async () => {
  assertEquals(await runCommand("help"), await runCommand("--help"));
  const help = await runCommand("help", "score");
  assertEquals(help, await runCommand("score", "--help"));
  assertStringIncludes(help.stdout, "\nExamples:\n  deno task score --hyp ");
  const unknown = await runCommand("help", "skore");
  assertEquals([unknown.code, unknown.stderr], [2, 'error: unknown command "skore"; did you mean score?\n']);
  const more = await runCommand("help", "generate", "foo");
  assertEquals([more.code, more.stderr], [2, 'error: help: expected at most one command, found "foo"\n']);
});

Deno.test("--version prints the version in deno.json", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  assertEquals(VERSION, version);
  for (const option of ["--version", "-V"]) {
    assertEquals(await runCommand(option), { code: 0, stdout: `elman ${version}\n`, stderr: "" });
  }
  const more = await runCommand("--version", "foo");
  assertEquals(more, { code: 2, stdout: "", stderr: 'error: --version: expected no operand, found "foo"\n' });
});
