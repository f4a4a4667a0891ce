// The commands of the guide's chapter 8, in their order: train on the poem, then continue a prompt.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTempDir, type Outcome, runCommandIn } from "../support/command.ts";
import { ROOT } from "./examples.ts";

const PAGE = await Deno.readTextFile(new URL("docs/guide/8_your_text.md", ROOT));

Deno.test("the commands of chapter 8 for the poem print what the page shows", async () => {
  const blocks = [...PAGE.matchAll(/^```sh\n(.*?)\n```\n(?:[^`]*?```text\n(.*?)```)?/gms)];
  const [train, ...others] = blocks.filter(([, line]) => line.includes("models/poem"));
  const [, training, printed] = train;
  const refused = /```text\nerror: (.*?)\n```/.exec(PAGE)![1];
  await inTempDir(async (directory) => {
    const trained = await runLine(training, directory);
    for (const line of printed.trim().split("\n")) assertStringIncludes(trained.stdout, line);
    assertEquals(others.length, 1);
    const [, line, shown] = others[0];
    assertEquals((await runLine(line, directory)).stdout.trimEnd(), shown.trimEnd());
    const { code, stderr } = await runLine(line.replace("You are", "Once upon a time"), directory);
    assertEquals([code, stderr], [1, `error: ${refused}\n`]);
  });
});

/** Runs a command line of the page in a directory, on the poem in the repository. */
async function runLine(line: string, directory: string): Promise<Outcome> {
  const words = line.match(/"[^"]*"|\S+/g)!.map((word) => word.replaceAll('"', ""));
  const args = words.map((word) => word.startsWith("docs/") ? decodeURIComponent(new URL(word, ROOT).pathname) : word);
  assertEquals(args.slice(0, 2), ["deno", "task"]);
  return await runCommandIn(directory, ...args.slice(2));
}
