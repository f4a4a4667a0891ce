import * as fs from "node:fs/promises";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { replaceFile, type ReplacingFiles } from "../../src/formats/write_file.ts";
import { inTempDir } from "../support/command.ts";
import { failingAt, intercepted } from "./faulty_file_system.ts";

async function namesIn(dir: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(dir), ({ name }) => name)).sort();
}

Deno.test("replaceFile keeps old files under the next unused names", async () => {
  await inTempDir(async (dir) => {
    const path = `${dir}/tokenizer.json`;
    assertEquals(await replaceFile(path, "1", { keepOld: true }), undefined);
    assertEquals(await replaceFile(path, "2", { keepOld: true }), `${path}.1`);
    assertEquals(await replaceFile(path, "3", { keepOld: true }), `${path}.2`);
    assertEquals(await replaceFile(path, "4"), undefined);
    const names = await namesIn(dir);
    assertEquals(names, ["tokenizer.json", "tokenizer.json.1", "tokenizer.json.2"]);
    assertEquals(await Promise.all(names.map((name) => Deno.readTextFile(`${dir}/${name}`))), ["4", "1", "2"]);
  });
});

for (
  const [code, words] of [
    ["ENOSPC", "free some space or choose another disk"],
    ["EDQUOT", "free some space or choose another disk"],
    ["EROFS", "choose a place that can be written"],
    ["EACCES", "change its permissions or choose another place"],
    ["EMFILE", "close other files or raise the limit of open files, for example with ulimit -n"],
  ]
) {
  Deno.test(`after ${code} at any step of replaceFile the old file is in its place or under its new name`, async () => {
    let steps = 0;
    await inTempDir(async (dir) => {
      await Deno.writeTextFile(`${dir}/a`, "old");
      const fileSystem = intercepted(() => void steps++) as unknown as ReplacingFiles;
      await replaceFile(`${dir}/a`, "new", { keepOld: true, fileSystem });
    });
    assert(steps >= 6, `${steps}`);
    for (let step = 0; step < steps; step++) {
      await inTempDir(async (dir) => {
        const path = `${dir}/a`;
        await Deno.writeTextFile(path, "old");
        const fileSystem = failingAt(step, code, "a reason") as unknown as ReplacingFiles;
        const found = await replaceFile(path, "new", { keepOld: true, fileSystem }).catch((error) => error);
        if (found instanceof Error) {
          assert(found instanceof RangeError);
          assertEquals(found.message, `write ${path}: ${code}: a reason; ${words}`);
          assertEquals(await Deno.readTextFile(path), "old", `step ${step}`);
          assertEquals(await namesIn(dir), ["a"], `step ${step}`);
        } else {
          assertEquals([found, await Deno.readTextFile(path)], [`${path}.1`, "new"], `step ${step}`);
          assertEquals(await Deno.readTextFile(`${path}.1`), "old");
        }
      });
    }
  });
}

Deno.test("replaceFile works without links, and names what cannot be written", async () => {
  await inTempDir(async (dir) => {
    const link = () => Promise.reject(Object.assign(new Error("EPERM: not permitted"), { code: "EPERM" }));
    await Deno.writeTextFile(`${dir}/a`, "old");
    await Deno.writeTextFile(`${dir}/a.1`, "older");
    const kept = await replaceFile(`${dir}/a`, "new", { keepOld: true, fileSystem: { ...fs, link } });
    assertEquals([kept, await Deno.readTextFile(`${dir}/a.2`)], [`${dir}/a.2`, "old"]);
    const refuses = async (path: string, words: string): Promise<void> => {
      const { message } = await assertRejects(() => replaceFile(path, "new"), RangeError);
      assert(message.startsWith(`write ${path}: `) && message.includes(words), message);
    };
    await refuses(dir, "expected a file or nothing, found a directory");
    await refuses(`${dir}/none/a`, "ENOENT: no such file or directory");
    await refuses(`${dir}/a/b`, "ENOTDIR");
    await refuses(`${dir}/${"a".repeat(300)}`, "ENAMETOOLONG: name too long; choose a shorter name");
    await replaceFile(`${dir}/${"a".repeat(255)}`, "a name of the greatest length");
  });
});
