// Prints whether ranks get the sums of `sumHalves`; run by `sums_test.ts` on several ranks.

import { connectMPI } from "../../src/distributed/mod.ts";
import { fromHalves, sumHalves, toHalves } from "../../src/distributed/halves.ts";
import { Engine } from "../../src/engine/mod.ts";
import { WebAssemblyBackend } from "../../src/engine/web_assembly.ts";
import { randomFloats } from "../support/floats.ts";

const communicator = connectMPI();
const { rank, size } = communicator;
const wrong: string[] = [];
for (const kind of ["shared", "moving"] as const) {
  const engine = new Engine({}, new WebAssemblyBackend({ memory: kind }));
  const block = engine.allocate(70_000 * 4);
  for (const count of [1, 31, 1000, 70_000]) {
    const all = Array.from({ length: size }, (_, r) => randomFloats(count + r, count, -3, 3));
    const { address } = block;
    const place = (): void => engine.change(address, count, (own) => own.set(all[rank]));
    const check = (name: string, expected: Float32Array, most: number): void => {
      const found = engine.floats(address, count);
      if (!expected.every((value, i) => Math.abs(found[i] - value) <= most)) wrong.push(`${name} of ${count}, ${kind}`);
    };
    place();
    await communicator.allReduce({ engine, address, count }, "bf16");
    check("bfloat16 sums", fromHalves(sumHalves(all.map(toHalves))), 0);
    place();
    await communicator.allReduce({ engine, address, count });
    check("sums", all[0].map((_, i) => all.reduce((sum, own) => sum + own[i], 0)), 4e-6);
  }
  if (engine.keptBytes !== block.bytes) wrong.push(`memory, ${kind}`);
}
const found = await communicator.gather(wrong);
if (rank === 0) console.log(JSON.stringify({ size, wrong: found.flat() }));
await communicator.close();
