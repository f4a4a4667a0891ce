import { assert, assertEquals } from "@std/assert";
import { filesUnder, inTempDir, runCommandIn } from "../support/command.ts";

const LONG = "x".repeat(300);
const TOO_LONG = "ENAMETOOLONG: name too long; choose a shorter name";

/** Commands with a path that cannot be used, and the whole error. */
const CASES: readonly (readonly [args: readonly string[], error: string])[] = [
  [
    ["train-tokenizer", "--data", "my.txt", "--out", "/dev/null"],
    "--out /dev/null: expected a file or nothing, found a device",
  ],
  [
    ["train-tokenizer", "--data", "my.txt", "--out", "new/"],
    "--out new/: expected a file or nothing, found the path of a directory",
  ],
  [["train-tokenizer", "--data", "my.txt", "--out", LONG], `--out ${LONG}: ${TOO_LONG}`],
  [
    ["train-lm", "--data", "my.txt", "--out", "/dev/null"],
    "--out /dev/null: expected a directory or nothing, found a device",
  ],
  [["train-lm", "--data", "my.txt", "--out", LONG], `--out ${LONG}: ${TOO_LONG}`],
  [["train-lm", "--data", LONG, "--out", "new"], `read ${LONG}: expected a readable file, found ${TOO_LONG}`],
  [["train-lm", "--resume", LONG], `read ${LONG}: ${TOO_LONG}`],
  [
    ["train-lm", "--data", "my.txt", "--find-lr", "--plot", "missing/lr.svg"],
    "--plot missing/lr.svg: expected a directory that exists, found no missing",
  ],
  [
    ["watch", "--timeline", "missing/v.svg", "v.mp4"],
    "--timeline missing/v.svg: expected a directory that exists, found no missing",
  ],
  [["generate", "--model", LONG], `read ${LONG}: ${TOO_LONG}`],
  [["tokenize", "--tokenizer", LONG], `read ${LONG}: expected a readable file, found ${TOO_LONG}`],
  [["tokenize", "--tokenizer", "/dev/zero"], "read /dev/zero: expected a file, found a device"],
];

Deno.test("a path that cannot be used is one line that names the action, the path once, and the reason", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/my.txt`, "the cat sat on the mat\n".repeat(50));
    for (const [args, error] of CASES) {
      const { code, stderr } = await runCommandIn(directory, ...args);
      assertEquals([code, stderr], [1, `error: ${error}\n`], args.join(" "));
    }
    assertEquals([...filesUnder(directory).keys()], ["my.txt"]);
  });
});

Deno.test("a directory that may not be read is one line that names the action and the path", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/my.txt`, "the cat sat on the mat\n".repeat(50));
    await Deno.mkdir(`${directory}/secret`, { mode: 0 });
    const isReadable = await Array.fromAsync(Deno.readDir(`${directory}/secret`)).then(() => true, () => false);
    // The root user may read it.
    const cases = isReadable ? [] : [
      ["train-lm", "--data", "my.txt", "--out", "secret"],
      ["generate", "--model", "secret"],
    ];
    for (const args of cases) {
      const { code, stderr } = await runCommandIn(directory, ...args);
      assertEquals(code, 1, stderr);
      assert(/^error: (?:read|--out) secret[\w./]*: EACCES: permission denied; change [^\n]*\n$/.test(stderr), stderr);
    }
    await Deno.chmod(`${directory}/secret`, 0o700);
  });
});
