import { assert, assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { writeDirectory } from "../../src/formats/mod.ts";
import { type FileLock, takeLock } from "../../src/formats/file_lock.ts";
import { inTempDir } from "../support/command.ts";

/** The contents of a lock that another process of this computer, which is alive, has written. */
function ownerText(): string {
  const owner = { purpose: "train", pid: process.ppid, runtime: "other" };
  return JSON.stringify({ ...owner, started: "2026-01-01T00:00:00.000Z" });
}

Deno.test("only the beginning of a lock's file is read", async () => {
  await inTempDir(async (dir) => {
    const path = `${dir}/elman.lock`;
    await Deno.writeTextFile(path, " ".repeat(3000) + ownerText());
    const held = await takeLock(path, "save");
    assert("owner" in held);
    assertEquals(held.owner?.pid, process.ppid);
    await Deno.writeTextFile(path, " ".repeat(5000) + ownerText());
    const lock = await takeLock(path, "save");
    assert("release" in lock);
    await lock.release();
  });
});

Deno.test("a full disk leaves no lock behind", async () => {
  await inTempDir(async (dir) => {
    const { open } = Deno;
    Deno.open = async (...args) => {
      const file = await open(...args);
      file.write = () => Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }));
      return file;
    };
    try {
      const error = await assertRejects(() => writeDirectory(dir, { "config.json": "{}" }), RangeError, "ENOSPC");
      assertEquals(error.message.split("elman.lock").length, 2, error.message);
      assertEquals([...Deno.readDirSync(dir)], []);
    } finally {
      Deno.open = open;
    }
    const lock = await takeLock(`${dir}/elman.lock`, "save") as FileLock;
    await lock.release();
  });
});
