// Command lines that the program suggests must work in the directory where it prints them.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../cli/version.ts";
import { inTempDir, runCommand } from "../support/command.ts";

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
