import { assertEquals } from "@std/assert";
import { fuzz } from "./watchdog.ts";

/** Cases in each of two processes. */
const CASES = 4000;

Deno.test("no damaged file crashes, hangs or exhausts a reader, and each refusal is a line about it", async () => {
  const found = await Promise.all([fuzz(0, CASES), fuzz(CASES, 2 * CASES)]);
  assertEquals(found.flatMap(({ faults }) => faults), []);
  const cases = found.flatMap(({ counts }) => counts).reduce((sum, { cases }) => sum + cases, 0);
  assertEquals(cases, 2 * CASES);
});
