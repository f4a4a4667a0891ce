import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inTempDir, outcomeOf, runCommand, startCommand } from "../support/command.ts";

const TEXT = "the cat sat on the mat and the dog lay on the log\n".repeat(200);
const SMALL = ["--hidden", "8", "--embed", "4", "--batch", "4", "--bptt", "8", "--threads", "1"];

/** Starts a run that does not end by itself, and waits until it has saved its first checkpoint. */
async function startRun(directory: string, data: string): Promise<Deno.ChildProcess> {
  const child = startCommand(["train-lm", "--data", data, ...SMALL, "--epochs", "100000", "--out", directory]);
  while (!await Deno.stat(`${directory}/training_state.json`).catch(() => undefined)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}

Deno.test("a second run into a directory is refused, and a killed run is taken over with a message", async () => {
  await inTempDir(async (parent) => {
    const [data, directory] = [`${parent}/text.txt`, `${parent}/model`];
    await Deno.writeTextFile(data, TEXT);
    const first = await startRun(directory, data);
    const ended = outcomeOf(first);
    for (const place of [["--data", data, ...SMALL, "--out", directory], ["--resume", directory]]) {
      const { code, stderr } = await runCommand("train-lm", ...place);
      assertEquals(code, 1);
      assertStringIncludes(stderr, `error: train into ${directory}: expected no other process that writes it`);
      assertStringIncludes(stderr, `found that process ${first.pid}`);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
    }
    assertEquals([...Deno.readDirSync(parent)].map(({ name }) => name).sort(), ["model", "text.txt"]);
    first.kill("SIGKILL");
    await ended;
    const { step } = JSON.parse(await Deno.readTextFile(`${directory}/training_state.json`)).progress;
    const { code, stdout, stderr } = await runCommand(
      "train-lm",
      "--resume",
      directory,
      "--max-steps",
      String(step + 1),
    );
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, `Taking over ${directory} from process ${first.pid}`);
    assert(![...Deno.readDirSync(directory)].some(({ name }) => name.startsWith("elman.")));
  });
});

Deno.test("a changed model is refused in one line, and --no-verify reads it", async () => {
  await inTempDir(async (parent) => {
    const [data, directory] = [`${parent}/text.txt`, `${parent}/model`];
    await Deno.writeTextFile(data, TEXT);
    const trained = await runCommand("train-lm", "--data", data, ...SMALL, "--max-steps", "2", "--out", directory);
    assertEquals(trained.code, 0, trained.stderr);
    const config = await Deno.readTextFile(`${directory}/config.json`);
    const commands = [["generate", "the", "--max-tokens", "2"], ["evaluate", "--data", data]];
    for (const changed of ["{", config + "\n"]) {
      await Deno.writeTextFile(`${directory}/config.json`, changed);
      for (const [name, ...rest] of commands) {
        const { code, stderr } = await runCommand(name, "--model", directory, ...rest);
        assertEquals(code, 1);
        assertStringIncludes(stderr, `error: read ${directory}/config.json: expected the file that SHA256SUMS records`);
        assertEquals(stderr.trim().split("\n").length, 1, stderr);
        const unverified = await runCommand(name, "--model", directory, ...rest, "--no-verify");
        assertEquals(unverified.code, changed === "{" ? 1 : 0, unverified.stderr);
        if (changed === "{") assertStringIncludes(unverified.stderr, "config.json: expected JSON, found its end");
      }
    }
    const resumed = await runCommand("train-lm", "--resume", directory, "--max-steps", "3", "--no-verify");
    assertEquals(resumed.code, 0, resumed.stderr);
    const again = await runCommand("generate", "--model", directory, "the", "--max-tokens", "2");
    assertEquals(again.code, 0, again.stderr);
    const { code, stderr } = await runCommand("train-lm", "--data", data, "--no-verify");
    assertEquals([code, stderr.trim()], [
      2,
      "error: --no-verify: expected --resume or --init-from with it, found none",
    ]);
    const pairs = `${parent}/pairs.tsv`;
    const words = ["cat", "dog", "mat", "log", "sat on"];
    const rows = words.flatMap((word) => [`good\tthe ${word} on the mat`, `bad\tthe ${word} on the log`]);
    await Deno.writeTextFile(pairs, rows.map((row) => row + "\n").join(""));
    await Deno.writeTextFile(`${directory}/config.json`, config + "\n");
    const classifier = [
      "train-classifier",
      "--data",
      pairs,
      "--init-from",
      directory,
      "--max-steps",
      "1",
      "--valid-fraction",
      "0",
    ];
    const refused = await runCommand(...classifier, "--out", `${parent}/c`);
    assertStringIncludes(refused.stderr, "config.json: expected the file that SHA256SUMS records");
    const made = await runCommand(...classifier, "--out", `${parent}/c`, "--no-verify");
    assertEquals(made.code, 0, made.stderr);
  });
});

Deno.test("a model whose first save was killed after its commit is found and used", async () => {
  await inTempDir(async (parent) => {
    const [data, directory] = [`${parent}/text.txt`, `${parent}/models/m`];
    await Deno.writeTextFile(data, TEXT);
    const trained = await runCommand("train-lm", "--data", data, ...SMALL, "--max-steps", "2", "--out", directory);
    assertEquals(trained.code, 0, trained.stderr);
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    await Deno.mkdir(`${directory}/elman.commit`);
    for (const name of names) await Deno.rename(`${directory}/${name}`, `${directory}/elman.commit/${name}`);
    const child = startCommand(["generate", "the", "--max-tokens", "2"], parent);
    const { code, stderr } = await outcomeOf(child);
    assertEquals([code, stderr], [0, "Using models/m.\n"]);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["elman.commit"]);
    const again = await runCommand("train-lm", "--data", data, ...SMALL, "--max-steps", "2", "--out", directory);
    assertStringIncludes(again.stdout, `Moved the existing model in ${directory} to ${directory}.1.`);
  });
});
