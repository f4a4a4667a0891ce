// Times all-reduces of different sizes; run by `bench/distributed.ts` on several ranks.

import { connectMPI, type TransferPrecision } from "../../src/distributed/mod.ts";
import { Engine } from "../../src/nn/mod.ts";

/** Milliseconds for all-reduces of a size, and the most of them. */
const [SLICE_MS, MOST] = [600, 200];

const communicator = connectMPI();
const engine = new Engine();
const sizes = Array.from({ length: 9 }, (_, i) => 1024 * 4 ** i);
const block = engine.allocate(sizes.at(-1)!);

/** The median milliseconds of an all-reduce. */
async function time(bytes: number, precision: TransferPrecision): Promise<number> {
  const { address } = block;
  const count = bytes / 4;
  const times: number[] = [];
  const end = performance.now() + SLICE_MS;
  for (let i = 0; i < MOST; i++) {
    engine.change(address, count, (own) => own.fill(1));
    await communicator.barrier();
    const start = performance.now();
    await communicator.allReduce({ engine, address, count }, precision);
    times.push(performance.now() - start);
    const isOver = await communicator.sum([performance.now() > end ? 1 : 0]);
    if (i > 0 && isOver[0] > 0) break;
  }
  times.sort((a, b) => a - b);
  return times[(times.length - 1) >> 1];
}

const rows: { bytes: number; float32: number; bf16: number }[] = [];
for (const bytes of sizes) rows.push({ bytes, float32: await time(bytes, "float32"), bf16: await time(bytes, "bf16") });
if (communicator.rank === 0) console.log(JSON.stringify({ name: communicator.name, size: communicator.size, rows }));
await communicator.close();
