import { assertEquals } from "@std/assert";
import { adviseHugePages } from "../../src/engine/native/huge_pages.ts";

/** Returns the number of mappings of this process that huge pages are advised for. */
async function countAdvised(): Promise<number> {
  const maps = await Deno.readTextFile("/proc/self/smaps");
  return maps.split("\n").filter((line) => line.startsWith("VmFlags:") && line.includes(" hg")).length;
}

const canAdvise = Deno.build.os === "linux" &&
  await Deno.stat("/sys/kernel/mm/transparent_hugepage").then(() => true, () => false);

Deno.test({ name: "a memory is backed by huge pages on request", ignore: !canAdvise }, async () => {
  const before = await countAdvised();
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  adviseHugePages(memory);
  const advised = await countAdvised() - before;
  memory.grow(64);
  assertEquals([advised > 0, await countAdvised() - before >= advised], [true, true]);
});
