import { assert, assertEquals, assertRejects } from "@std/assert";
import { open } from "node:fs/promises";
import { attempt, reasonOf } from "../../src/formats/system_errors.ts";
import { inTempDir } from "../support/command.ts";

Deno.test("an error of Deno's own functions reads as the same error of node:fs", async () => {
  await inTempDir(async (directory) => {
    const name = "x".repeat(300);
    const path = `${directory}/${name}`;
    const remedy = "; choose a shorter name";
    const own = await Deno.open(path).catch((error) => error);
    assert(own.message.includes("(os error "), own.message);
    assertEquals(reasonOf(own), `ENAMETOOLONG: file name too long${remedy}`);
    assert(reasonOf(await open(path).catch((error) => error)).startsWith("ENAMETOOLONG: "));
    const message = "Permission denied (os error 13): open '/a, b/elman.lock'";
    const denied = Object.assign(new Error(message), { code: "EACCES" });
    const { message: found } = await assertRejects(() => attempt("write a", () => Promise.reject(denied)), RangeError);
    assertEquals(found, "write a: EACCES: permission denied; change its permissions or choose another place");
  });
});
