// A training run whose terminal is closed saves, as one that is terminated does.

import { assert, assertEquals } from "@std/assert";
import { babble, inTempDir, runCommand } from "../support/command.ts";
import { commandLine, hasTerminals } from "../support/terminal.ts";

const NAME = "a run whose terminal is closed saves and removes its lock";

/** Waits up to a minute until a condition holds. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; !holds(); i++) {
    assert(i < 1200, `${what}: waited in vain`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

if (await hasTerminals()) {
  Deno.test(NAME, async () => {
    await inTempDir(async (directory) => {
      await Deno.writeTextFile(`${directory}/text.txt`, babble(20_000));
      const has = (name: string): boolean => [...Deno.readDirSync(directory)].some((entry) => entry.name === name);
      const files = (): string[] => [...Deno.readDirSync(`${directory}/model`)].map(({ name }) => name).sort();
      const small = "--hidden 6 --embed 4 --batch 4 --bptt 16 --epochs 100000 --threads 1".split(" ");
      const line = commandLine(
        "train-lm",
        "--data",
        "text.txt",
        "--out",
        "model",
        "--save-every",
        "100000000",
        ...small,
      );
      const terminal = new Deno.Command("script", {
        args: ["-qec", line, "/dev/null"],
        cwd: directory,
        env: { INIT_CWD: directory },
        stdin: "null",
        stdout: "piped",
      }).spawn();
      const reader = terminal.stdout.getReader();
      let shown = "";
      while (!shown.includes("epoch 2:")) shown += new TextDecoder().decode((await reader.read()).value);
      assert(has("model"));
      await reader.cancel();
      terminal.kill("SIGKILL");
      await terminal.status;
      await until("the lock", () => !files().includes("elman.lock"));
      assertEquals(files().includes("training_state.json"), true);
      const { code, stderr } = await runCommand("generate", "--model", `${directory}/model`, "--max-tokens", "1");
      assertEquals(code, 0, stderr);
    });
  });
} else {
  Deno.test.ignore(`${NAME}: not tried, as there is no program \`script\``, () => {});
}
