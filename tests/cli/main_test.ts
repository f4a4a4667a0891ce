import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runCommand } from "../support/command.ts";

Deno.test("--help names the commands, and each command's --help its options", async () => {
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
    assert(help.stdout.split("\n").every((line) => line.length <= 100));
  }
});

Deno.test("no command and an unknown one are usage errors", async () => {
  const none = await runCommand();
  assertEquals([none.code, none.stdout], [2, ""]);
  assertStringIncludes(none.stderr, "Commands:");
  const near = await runCommand("genrate", "--model", "x");
  assertEquals([near.code, near.stdout, near.stderr], [
    2,
    "",
    'error: unknown command "genrate"; did you mean generate?\n',
  ]);
  const far = await runCommand("paint");
  assertEquals(
    far.stderr,
    'error: unknown command "paint"; expected one of train-lm, generate, train-sentiment, classify, train-translation, translate, evaluate, score, train-tokenizer, tokenize\n',
  );
});
