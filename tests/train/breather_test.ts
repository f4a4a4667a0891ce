import { assert, assertEquals } from "@std/assert";
import { Breather, takeArrivals } from "../../src/train/mod.ts";

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
  const due = Date.now() + 5;
  while (Date.now() < due);
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
  const end = Date.now() + 10_000;
  while (count < 3 && Date.now() < end) await breather.breathe();
  clearInterval(timer);
  // A pause may let it fire more than once.
  assert(count >= 3, `${count} times`);
});

Deno.test("a connection is answered within a few pauses of long work", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = (async () => {
    using connection = await listener.accept();
    await connection.write(new Uint8Array(1));
  })();
  let isAnswered = false;
  const asked = (async () => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: (listener.addr as Deno.NetAddr).port });
    isAnswered = await connection.read(new Uint8Array(1)) === 1;
  })();
  let pauses = 0;
  for (; !isAnswered && pauses < 100; pauses++) {
    const end = Date.now() + 5;
    while (Date.now() < end);
    await takeArrivals();
  }
  await Promise.all([served, asked]);
  assert(pauses <= 30, `${pauses} pauses`);
});

Deno.test("a pause takes less time than a timer", async () => {
  const waitForTimer = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
  let [pauses, timers] = [0, 0];
  for (let i = 0; i < 20; i++) {
    pauses += await timeOf(takeArrivals);
    timers += await timeOf(waitForTimer);
  }
  assert(pauses < timers, `${pauses} and ${timers} ms`);
});

async function timeOf(wait: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await wait();
  return performance.now() - start;
}
