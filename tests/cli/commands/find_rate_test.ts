import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { searchLines } from "../../../cli/commands/find_rate.ts";
import { babble, inTempDir, jsonLines, runCommandIn } from "../../support/command.ts";

Deno.test("the curve has a bar for each rate, and the suggestion is an option to copy", () => {
  const steps = [3, 2, 1, 5].map((smooth, i) => ({ rate: 10 ** (i - 3), loss: smooth, smooth }));
  const lines = searchLines({ steps, suggested: 0.01 });
  assertEquals(lines.slice(1, 5).map((line) => line.split(/ +/)[0]), ["1.0e-3", "1.0e-2", "1.0e-1", "1.0e+0"]);
  assertEquals(lines.slice(1, 5).map((line) => line.match(/#/g)?.length), [21, 11, 1, 40]);
  assertEquals(lines.at(-1), "Suggested: --lr 0.01, a tenth of the rate with the lowest loss.");
  assertEquals(searchLines({ steps, suggested: null }).at(-1), "The loss did not fall at any rate.");
});

Deno.test("--find-lr saves nothing, and is refused beside options that it would ignore", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/my.txt`, babble(1500));
    const find = (...args: string[]) =>
      runCommandIn(directory, "train-lm", "--data", "my.txt", "--hidden", "4", "--embed", "4", "--find-lr", ...args);
    const { code, stdout } = await find("--json");
    assertEquals(code, 0);
    const [{ lr, steps }] = jsonLines(stdout) as { lr: number; steps: unknown[] }[];
    assert(lr > 0 && steps.length > 100);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["my.txt"]);
    const quiet = await find("--quiet", "--plot", "lr.svg");
    assertEquals([quiet.code, quiet.stdout.startsWith("rate    loss\n")], [0, true]);
    assertEquals(/^(?:Training|Saved)/m.test(quiet.stderr), false, quiet.stderr);
    await Deno.remove(`${directory}/lr.svg`);
    const cases: [string[], string][] = [
      [["--lr", "0.1"], "--find-lr: expected this option or --lr, found both"],
      [["--out", "x"], "--find-lr: expected this option or --out, found both"],
      [["--json", "--log-every", "2"], "--find-lr: expected this option or --log-every, found both"],
      [["--tensorboard", "x"], "--find-lr: expected this option or --tensorboard, found both"],
      [["--json", "--plot", "-"], "--plot -: expected this option or --json, found both"],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await find(...args);
      assertEquals(code, 2);
      assertStringIncludes(stderr, message);
    }
    const alone = await runCommandIn(directory, "train-lm", "--data", "my.txt", "--plot", "-");
    assertStringIncludes(alone.stderr, "--plot: expected --find-lr with it, found none");
  });
});
