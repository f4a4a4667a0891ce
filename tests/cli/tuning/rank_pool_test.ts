import { assert, assertEquals, assertRejects } from "@std/assert";
import { openRankPool, serveRank0 } from "../../../cli/tuning/rank_pool.ts";
import type { TrialJob } from "../../../cli/tuning/trial.ts";
import type { TrialPool } from "../../../cli/tuning/trial_pool.ts";
import { type Communicator, createLocalCommunicators } from "../../../src/distributed/mod.ts";

/** A pool that gives each training the number of its epochs as its objective, and lists them. */
class FakePool implements TrialPool {
  readonly size: number;
  readonly trained: number[] = [];
  isEnded = false;

  constructor(size: number) {
    this.size = size;
  }

  time(): Promise<number> {
    return Promise.resolve(1);
  }

  async train({ epochs }: TrialJob, signal: AbortSignal) {
    this.trained.push(epochs);
    if (epochs === 13) throw new RangeError("epoch 13");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    if (epochs < 100) setTimeout(resolve, 1);
    await promise;
    return { figures: { objective: epochs, loss: 1 / 3 }, seconds: 0.1 };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.isEnded = true;
    return Promise.resolve();
  }
}

function job(epochs: number): TrialJob {
  return { epochs, share: 1, seed: 0, fields: { plan: {}, model: {}, fit: {} } };
}

/** Runs `body` with the pool of three ranks with 1, 2 and 1 workers, and returns what each has trained. */
async function withRanks(
  body: (pool: TrialPool, ranks: readonly Communicator[]) => Promise<void>,
  stop = () => {},
): Promise<number[][]> {
  const ranks = createLocalCommunicators(3);
  const pools = [1, 2, 1].map((size) => new FakePool(size));
  const served = [1, 2].map((rank) => serveRank0(pools[rank], ranks[rank]));
  {
    await using pool = await openRankPool(pools[0], ranks[0], stop);
    await body(pool, ranks);
  }
  await Promise.all(served);
  assert(pools.every(({ isEnded }) => isEnded));
  return pools.map(({ trained }) => trained);
}

Deno.test("trainings are given to the workers of all ranks, and each returns its own figures", async () => {
  const { signal } = new AbortController();
  const trained = await withRanks(async (pool) => {
    assertEquals(pool.size, 4);
    const found = await Promise.all([1, 2, 3, 4].map((epochs) => pool.train(job(epochs), signal)));
    assertEquals(found.map(({ figures }) => figures), [1, 2, 3, 4].map((objective) => ({ objective, loss: 1 / 3 })));
    assertEquals((await pool.train(job(5), signal)).figures!.objective, 5);
  });
  assertEquals(trained.slice(0, 2).map(([first]) => first), [1, 2]);
  assertEquals(trained.flat().sort(), [1, 2, 3, 4, 5]);
});

Deno.test("a training that fails on another rank fails on rank 0, and the end stops those under way", async () => {
  const stop = new AbortController();
  await withRanks(async (pool) => {
    const own = pool.train(job(1), stop.signal);
    await assertRejects(() => pool.train(job(13), stop.signal), RangeError, "epoch 13");
    await own;
    const endless = [100, 101, 102, 103].map((epochs) => pool.train(job(epochs), stop.signal));
    const ends = Promise.allSettled(endless);
    stop.abort(new RangeError("the time is over"));
    assertEquals((await ends).map(({ status }) => status), ["rejected", "rejected", "rejected", "rejected"]);
  });
});

Deno.test("a rank that fails fails the trainings that wait for others", async () => {
  const { signal } = new AbortController();
  const ranks = createLocalCommunicators(2);
  const served = serveRank0(new FakePool(1), ranks[1]);
  const pool = await openRankPool(new FakePool(1), ranks[0], () => {});
  const endless = [100, 101].map((epochs) => pool.train(job(epochs), AbortSignal.any([signal])));
  ranks[1].abort(1);
  await assertRejects(() => served, RangeError);
  await assertRejects(() => endless[1], RangeError, "found some that have been ended");
});
