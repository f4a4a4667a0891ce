// What --out may name: a new or empty directory, or a model's own. Files of the user's are never moved.

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parse, resolve } from "node:path";
import { dataName, keepOldModel } from "../../cli/training/mod.ts";
import {
  babble,
  filesUnder,
  inTempDir,
  type Outcome,
  outcomeOf,
  runCommandIn,
  startCommand,
} from "../support/command.ts";

const SMALL = "--hidden 6 --embed 4 --batch 4 --bptt 16 --max-steps 1 --threads 1".split(" ");

/** Runs `body` with a directory that contains text.txt, and a function that trains on it or on `data`. */
async function inPlace(
  body: (directory: string, train: (out: string, data?: string) => Promise<Outcome>) => Promise<void>,
): Promise<void> {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(600));
    const train = (out: string, data = "text.txt"): Promise<Outcome> =>
      runCommandIn(directory, "train-lm", "--data", data, "--out", out, ...SMALL);
    await body(directory, train);
  });
}

const ADVICE = "choose a new or empty folder\n";

Deno.test("--out refuses a directory with files that are not a model's, with and without an older model", async () => {
  await inPlace(async (directory, train) => {
    await Deno.mkdir(`${directory}/texts`);
    await Deno.writeTextFile(`${directory}/texts/a.txt`, babble(600));
    for (const names of ["a.txt", "a.txt, b.txt, c.txt and 1 more"]) {
      const before = filesUnder(directory);
      const { code, stdout, stderr } = await train("texts", "texts");
      const message = `error: --out texts: expected no files in it but a model's, found ${names}; ${ADVICE}`;
      assertEquals([code, stdout, stderr], [1, "", message]);
      assertEquals(filesUnder(directory), before);
      for (const name of ["b.txt", "c.txt", "d.txt"]) await Deno.writeTextFile(`${directory}/texts/${name}`, "");
    }
    assertEquals((await train("model")).code, 0);
    await Deno.mkdir(`${directory}/model/notes`);
    await Deno.writeTextFile(`${directory}/model/notes/1.txt`, "mine");
    const before = filesUnder(directory);
    const { code, stderr } = await train("model");
    assertEquals([code, stderr.endsWith(`found notes; ${ADVICE}`)], [1, true], stderr);
    assertEquals(filesUnder(directory), before);
  });
});

Deno.test("--out takes an empty directory, hidden files, and all that training leaves in a directory", async () => {
  await inPlace(async (directory, train) => {
    const [model, left] = [`${directory}/model`, ["elman.lock", "elman.0123abcd.tmp", "SHA256SUMS"]];
    await Deno.mkdir(model);
    await Deno.writeTextFile(`${model}/.DS_Store`, "");
    for (const name of left) await Deno.writeTextFile(`${model}/${name}`, "");
    assertEquals((await train("model")).code, 0);
    const again = await train("model");
    assertEquals(again.code, 0, again.stderr);
    assertStringIncludes(again.stdout, "Moved the existing model in model to model.1.");
  });
});

Deno.test("--out refuses a directory that contains the data", async () => {
  await inPlace(async (directory, train) => {
    await Deno.mkdir(`${directory}/model/.texts`, { recursive: true });
    await Deno.copyFile(`${directory}/text.txt`, `${directory}/model/.texts/a.txt`);
    const { code, stderr } = await train("model", "model/.texts/a.txt");
    assertEquals([code, stderr.endsWith(`found model/.texts/a.txt; ${ADVICE}`)], [1, true], stderr);
    assertEquals([...Deno.readDirSync(`${directory}/model`)].map(({ name }) => name), [".texts"]);
  });
});

Deno.test("a directory that cannot be made or written is refused before the run is announced, and none stays", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await inPlace(async (directory, train) => {
    const below = await train("text.txt/model");
    assertEquals([below.code, below.stdout.includes("Saving to")], [1, false], below.stdout);
    assertStringIncludes(below.stderr, "error: train into text.txt/model");
    // No file may have a byte, as on a full disk.
    const full = { shell: 'trap "" XFSZ; ulimit -f 0; "$@"' };
    const args = ["train-lm", "--data", "text.txt", "--out", "model", ...SMALL];
    const { code, stdout, stderr } = await outcomeOf(startCommand(args, directory, full));
    assertEquals([code, stdout.includes("Saving to")], [1, false], stderr);
    assertStringIncludes(stderr, "error: train into model");
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["text.txt"]);
  });
});

Deno.test("a model is named after the file or folder of its data, wherever the path leads", () => {
  const [here, above] = [".", ".."].map((path) => parse(resolve(path)).name || "texts");
  const names: Readonly<Record<string, string>> = {
    ...{ ".": here, "./": here, "..": above, "../": above, "*.txt": here, "/": "texts", "-": "stdin" },
    ...{ "a/b.txt.gz": "b", "a/b/": "b", "a/../c": "c", ".notes/": "notes", "a/.notes/*.md": "notes" },
  };
  for (const [path, name] of Object.entries(names)) assertEquals(dataName(path), name, path);
});

Deno.test("runs that begin together without --out choose different directories, and unused ones are removed", async () => {
  await inTempDir(async (directory) => {
    const module = new URL("../../cli/training/mod.ts", import.meta.url);
    const code = `import { FreshDirectories } from ${JSON.stringify(module)};
      const runs = [new FreshDirectories(), new FreshDirectories()];
      const names = await Promise.all(runs.map((run) => run.claim("a")));
      Deno.writeTextFileSync("models/a-2/config.json", "{}");
      for (const run of runs) await run.removeUnused();
      console.log(...names.sort(), ...Array.from(Deno.readDirSync("models"), ({ name }) => name));`;
    const args = ["eval", "--no-check", code];
    const { stdout } = await new Deno.Command(Deno.execPath(), { args, cwd: directory }).output();
    assertEquals(new TextDecoder().decode(stdout), "models/a models/a-2 a-2\n");
  });
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(600));
    const { code } = await runCommandIn(directory, "train-lm", "--data", "text.txt", ...SMALL, "--sample-prompt", "é");
    assertEquals([code, [...Deno.readDirSync(directory)].map(({ name }) => name)], [2, ["text.txt"]]);
  });
});

Deno.test("an interrupted search is moved aside as a model is, unless other files stand beside it", async () => {
  await inTempDir(async (directory) => {
    const out = `${directory}/model`;
    await Deno.mkdir(out);
    await Deno.writeTextFile(`${out}/tuning.json`, "{}");
    assertEquals(await keepOldModel(out), `Moved the existing search in ${out} to ${out}.1.`);
    assertEquals(filesUnder(directory), new Map([["model.1/tuning.json", new TextEncoder().encode("{}")]]));
    await Deno.writeTextFile(`${out}.1/config.json`, "{}");
    await assertRejects(() => keepOldModel(`${out}.1`), RangeError, "expected a directory without config.json");
  });
});
