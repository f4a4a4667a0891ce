import { assertEquals } from "@std/assert";
import { Breather } from "../../src/train/mod.ts";

/** Runs `body` with a fake clock that only `tick` advances. */
async function withClock(body: (tick: (milliseconds: number) => void) => Promise<void>): Promise<void> {
  const real = performance.now;
  let now = 1000;
  performance.now = () => now;
  try {
    await body((milliseconds) => now += milliseconds);
  } finally {
    performance.now = real;
  }
}

/** Tests whether a due timer fires while `breathe` waits. */
async function letsTimersIn(breather: Breather): Promise<boolean> {
  let hasFired = false;
  const timer = setTimeout(() => hasFired = true, 0);
  await breather.breathe();
  clearTimeout(timer);
  return hasFired;
}

Deno.test("timers fire once in each interval", async () => {
  await withClock(async (tick) => {
    const breather = new Breather(20);
    const seen: boolean[] = [];
    for (const milliseconds of [0, 19, 1, 0, 19.5, 0.5, 100]) {
      tick(milliseconds);
      seen.push(await letsTimersIn(breather));
    }
    assertEquals(seen, [false, false, true, false, false, true, true]);
  });
});

Deno.test("the default interval is 20 milliseconds, and an interval of 0 pauses every time", async () => {
  await withClock(async (tick) => {
    const [usual, eager] = [new Breather(), new Breather(0)];
    assertEquals([await letsTimersIn(usual), await letsTimersIn(eager)], [false, true]);
    tick(20);
    assertEquals([await letsTimersIn(usual), await letsTimersIn(eager)], [true, true]);
  });
});

Deno.test("a timer keeps firing during long work that calls breathe", async () => {
  let count = 0;
  const timer = setInterval(() => count++, 1);
  const breather = new Breather(1);
  while (count < 3) await breather.breathe();
  clearInterval(timer);
  assertEquals(count, 3);
});
