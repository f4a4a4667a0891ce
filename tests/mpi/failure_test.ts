import { assert, assertEquals, assertMatch } from "@std/assert";
import { babble, inTempDir } from "../support/command.ts";
import { killRanks } from "./kills.ts";
import { end, type Ended, launchers, messagesIn, type RankSetup, start, startParts } from "./launcher.ts";

/** Most seconds until all ranks have ended. */
const MOST_SECONDS = 30;
const SHAPE = ["--embed", "8", "--hidden", "16", "--batch", "12", "--bptt", "16", "--schedule", "constant"];

/** Checks that all ranks have ended with one message. */
function assertEnded(ended: Ended, message: RegExp): void {
  assert(ended.code !== 0, ended.output);
  const messages = messagesIn(ended);
  assertEquals(messages.length, 1, `${ended.output}\n${ended.errors}`);
  assertMatch(messages[0], message);
  assert(ended.seconds < MOST_SECONDS, `the ranks ended after ${ended.seconds} seconds`);
}

/** Calls a function with a directory on a disk of 1 MiB; returns false if this process may not make one. */
async function withSmallDisk(body: (directory: string) => Promise<void>): Promise<boolean> {
  return await inTempDir(async (directory) => {
    const run = async (program: string, ...args: string[]): Promise<boolean> =>
      (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
    if (!await run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory)) return false;
    try {
      await body(directory);
    } finally {
      await run("umount", "-l", directory);
    }
    return true;
  });
}

async function fill(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const bytes = new Uint8Array(4096);
  try {
    for (;;) await file.write(bytes);
  } catch {
    // The disk is full.
  }
}

/** Fills the disk of a run once it has saved a checkpoint, and returns how it ends. */
async function fillDuring(child: Deno.ChildProcess, model: string, filler: string): Promise<Ended> {
  const began = performance.now();
  const ended = end(child);
  const isSaved = (): Promise<boolean> => Deno.stat(`${model}/training_state.json`).then(() => true, () => false);
  while (!await isSaved() && performance.now() - began < 6e4) await new Promise((resolve) => setTimeout(resolve, 20));
  const filled = performance.now();
  await fill(filler);
  const found = await ended;
  return { ...found, seconds: (performance.now() - filled) / 1e3 };
}

for (const launcher of launchers()) {
  Deno.test(`${launcher.name}: when a rank is killed, all end, and the run goes on from its checkpoint`, async () => {
    await killRanks(launcher, 1, 5);
  });

  Deno.test(`${launcher.name}: other data or another version on a rank ends all ranks`, async () => {
    await inTempDir(async (directory) => {
      const text = babble(3000);
      await Deno.mkdir(`${directory}/other`);
      await Deno.writeTextFile(`${directory}/text.txt`, text);
      await Deno.writeTextFile(`${directory}/other/text.txt`, text.replace("a", "e"));
      const args = ["train-lm", "--data", "text.txt", "--out", `${directory}/model`, "--max-steps", "20", "--quiet"];
      const run = async (setup: RankSetup) => await end(startParts(launcher, [[1, args], [1, args, setup]], directory));
      assertEnded(
        await run({ directory: `${directory}/other` }),
        /expected the text with the hash \d+ of rank 0 on all ranks, found \d+ on rank 1/,
      );
      await Deno.writeTextFile(`${directory}/version.ts`, 'export const VERSION = "9.8.7";');
      const importMap = `${directory}/imports.json`;
      const version = new URL("../../cli/version.ts", import.meta.url).href;
      await Deno.writeTextFile(importMap, JSON.stringify({ imports: { [version]: `${directory}/version.ts` } }));
      assertEnded(
        await run({ importMap }),
        /expected version "\d+\.\d+\.\d+" of rank 0 on all ranks, found "9\.8\.7" on rank 1/,
      );
    });
  });

  Deno.test(`${launcher.name}: a full disk ends all ranks, the checkpoint is whole, and the run goes on`, async () => {
    const isTested = await withSmallDisk(async (directory) => {
      const [model, filler] = [`${directory}/model`, `${directory}/filler`];
      await Deno.writeTextFile(`${directory}/text.txt`, babble(6000));
      const args = ["train-lm", "--data", `${directory}/text.txt`, "--out", model, ...SHAPE, "--quiet"];
      const endless = [...args, "--max-steps", "1000000", "--save-every", "5"];
      assertEnded(await fillDuring(start(launcher, 2, endless), model, filler), /rank 0.*No space left on device/i);
      await Deno.remove(filler);
      const { step } = JSON.parse(await Deno.readTextFile(`${model}/training_state.json`)).progress;
      const resumed = ["train-lm", "--resume", model, "--max-steps", String(step + 5), "--quiet"];
      const { code, errors } = await end(start(launcher, 2, resumed));
      assertEquals(code, 0, errors);
    });
    if (!isTested) console.warn("skip: expected the right to mount a small disk, found none");
  });
}
