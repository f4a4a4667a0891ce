import { assertEquals } from "@std/assert";
import { assertPromised } from "../support/promises.ts";
import { PAST_FAILURES } from "./past_failures.ts";
import { fuzz } from "./watchdog.ts";

/** Cases in each of two processes. */
const CASES = 400;

Deno.test("no damaged file crashes, hangs or exhausts a reader, and each refusal is a line about it", async () => {
  const found = await Promise.all([fuzz(0, CASES), fuzz(CASES, 2 * CASES)]);
  assertEquals(found.flatMap(({ faults }) => faults), []);
  const cases = found.flatMap(({ counts }) => counts).reduce((sum, { cases }) => sum + cases, 0);
  assertEquals(cases, 2 * CASES);
  await assertPromised(`read ${(2 * CASES).toLocaleString("en")} of them in each run`);
});

Deno.test("every input that failed once is refused, within the same time and memory", async () => {
  const { faults, counts } = await fuzz(-PAST_FAILURES.length, 0);
  assertEquals(faults, []);
  assertEquals(counts.map(({ refused }) => refused), [PAST_FAILURES.length]);
});
