import { assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../cli/version.ts";
import { inTempDir } from "../support/command.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Runs a program in a directory. */
async function run(
  program: string,
  args: string[],
  cwd: string,
): Promise<{ code: number; out: string; errors: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd, env: { NO_COLOR: "1" } }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), errors: text(stderr) };
}

const ignore = Deno.build.os === "windows";

Deno.test("deno task resolves relative paths in the caller's directory", { ignore }, async () => {
  await inTempDir(async (directory) => {
    await Deno.mkdir(`${directory}/below`);
    await Deno.writeTextFile(`${directory}/below/text.txt`, "a b a b c a b\n");
    // `deno task` does not overwrite the variable if this test itself runs in a task.
    const task = [
      "-u",
      "INIT_CWD",
      Deno.execPath(),
      "task",
      "--quiet",
      "--config",
      `${ROOT}deno.json`,
      "train-tokenizer",
    ];
    const outcome = await run(
      "env",
      [...task, "--data", "text.txt", "--model", "word", "--out", "../words.json", "--json"],
      `${directory}/below`,
    );
    assertEquals([outcome.code, outcome.errors], [0, ""]);
    assertStringIncludes(await Deno.readTextFile(`${directory}/words.json`), "WordLevel");
  });
});

Deno.test("an installed command runs in any folder, on the files there", { ignore }, async () => {
  await inTempDir(async (directory) => {
    const options = ["--root", directory, "-n", "elman", "--allow-read", "--allow-write"];
    const installed = await run(Deno.execPath(), ["install", "-g", ...options, `${ROOT}cli/main.ts`], directory);
    assertEquals(installed.code, 0, installed.errors);
    const program = `${directory}/bin/elman`;
    await Deno.mkdir(`${directory}/elsewhere`);
    const version = await run(program, ["--version"], `${directory}/elsewhere`);
    assertEquals(version, { code: 0, out: `elman ${VERSION}\n`, errors: "" });
    await Deno.writeTextFile(`${directory}/elsewhere/text.txt`, "a b a b c a b\n");
    const args = ["train-tokenizer", "--data", "text.txt", "--model", "word", "--quiet"];
    assertEquals(await run(program, args, `${directory}/elsewhere`), { code: 0, out: "", errors: "" });
    assertStringIncludes(await Deno.readTextFile(`${directory}/elsewhere/tokenizer.json`), "WordLevel");
  });
});
