import { assertEquals, assertRejects } from "@std/assert";
import { checkpointOf } from "../../src/formats/checkpoint.ts";
import { encodeSafetensors, readCheckpoint } from "../../src/formats/mod.ts";
import { readFirst, readWhole } from "../../src/formats/whole_file.ts";
import { inTempDir } from "../support/command.ts";

Deno.test("the first bytes of a file are read alone, however long it is", async () => {
  await inTempDir(async (folder) => {
    const path = `${folder}/long`;
    await Deno.writeTextFile(path, "begin");
    await Deno.truncate(path, 2 ** 33 + 1);
    assertEquals(await readFirst(path, 6), new TextEncoder().encode("begin\0"));
    await assertRejects(() => readWhole(path), RangeError, `read ${path}: expected at most 8589934592 bytes, found`);
    await Deno.truncate(path, 3);
    assertEquals(await readFirst(path, 6), new TextEncoder().encode("beg"));
    await assertRejects(() => readFirst(`${folder}/none`, 6), RangeError, "none: expected a file, found none");
    await assertRejects(() => readFirst(folder, 6), RangeError, "expected a file, found a directory");
  });
});

Deno.test("a checkpoint whose bytes are at hand is the one of its file", async () => {
  await inTempDir(async (folder) => {
    const path = `${folder}/x`;
    const bytes = encodeSafetensors([{ name: "module.bias", shape: [1], data: Float32Array.of(3) }]);
    await Deno.writeFile(path, bytes);
    assertEquals(await checkpointOf(path, bytes), await readCheckpoint(path));
  });
});
