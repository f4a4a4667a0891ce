import { assertEquals, assertMatch } from "@std/assert";
import { judgeGains, ThreadCheck } from "../../src/engine/thread_check.ts";

/** Runs a check for a time in milliseconds, ten times a second; returns the number of measurements and the warnings. */
function check(gainAt: (time: number) => number, end = 20_000): { measured: number; warnings: string[] } {
  let time = 0;
  let measured = 0;
  const warnings: string[] = [];
  const checked = new ThreadCheck({
    threads: 2,
    measure: () => {
      measured++;
      return gainAt(time);
    },
    now: () => time,
    warn: (message) => warnings.push(message),
  });
  for (; time < end; time += 100) checked.step();
  return { measured, warnings };
}

Deno.test("one good measurement shows that threads help", () => {
  assertEquals(judgeGains([1.9]), "faster");
  assertEquals(judgeGains([0.5, 1.0, 1.15]), "faster");
  assertEquals(check(() => 1.8), { measured: 1, warnings: [] });
});

Deno.test("a few bad measurements show nothing, many show that threads do not help", () => {
  assertEquals(judgeGains([]), undefined);
  assertEquals(judgeGains(Array(8).fill(1)), undefined);
  assertEquals(judgeGains([...Array(8).fill(1), 1.14]), "no faster");
});

Deno.test("a machine that is busy for over three seconds causes no warning", () => {
  assertEquals(check((time) => time < 3500 ? 0.6 : 1.9), { measured: 4, warnings: [] });
});

Deno.test("a machine that stays busy shows nothing about its threads", () => {
  assertEquals(judgeGains(Array(9).fill(0.7)), "unclear");
  assertEquals(check(() => 0.7), { measured: 9, warnings: [] });
});

Deno.test("a run that ends within a second is not measured", () => {
  assertEquals(check(() => 1, 900), { measured: 0, warnings: [] });
});

Deno.test("threads that never help cause one warning, which names their best speed", () => {
  const { measured, warnings } = check((time) => time < 1500 ? 1.08 : 1);
  assertEquals([measured, warnings.length], [9, 1]);
  assertMatch(warnings[0], /expected 2 threads to compute faster than one, found 1\.08 times its speed/);
});
