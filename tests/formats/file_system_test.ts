import process from "node:process";
import { assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { fileSystem } from "../../src/formats/file_system.ts";
import { readDirectory, readWordVectors, writeDirectory } from "../../src/formats/mod.ts";
import { isModelDirectory } from "../../tasks/task_model/model_directory.ts";

Deno.test("fileSystem returns the file system of the runtime", async () => {
  assertStrictEquals(fileSystem("read").readFile, (await import("node:fs/promises")).readFile);
});

Deno.test("functions that need files report a runtime without a file system", async () => {
  const { getBuiltinModule } = process;
  try {
    for (const missing of [() => undefined, undefined]) {
      Object.assign(process, { getBuiltinModule: missing });
      const found = "expected a file system, found a runtime that has none";
      assertThrows(() => fileSystem("read"), RangeError, `read: ${found}`);
      await assertRejects(() => writeDirectory("a", {}), RangeError, `write directory a: ${found}`);
      await assertRejects(() => readDirectory("a", []), RangeError, `read directory a: ${found}`);
      await assertRejects(() => readWordVectors("a"), RangeError, `read a: ${found}`);
      await assertRejects(() => isModelDirectory("a"), RangeError, found);
    }
  } finally {
    Object.assign(process, { getBuiltinModule });
  }
});
