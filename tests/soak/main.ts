// Uses models for a long time and prints the memory in use: `deno task soak --minutes 60`. Fails if the memory grows.

import { soak } from "./soak.ts";

const at = Deno.args.indexOf("--minutes");
const minutes = at < 0 ? 10 : Number(Deno.args[at + 1]);
const uses = await soak(minutes, 20);
for (const { rounds, engine, heap, process } of uses) {
  const mebibytes = [engine, heap, process].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`);
  console.log(
    `${rounds} rounds: ${mebibytes[0]} kept by the engine, ${mebibytes[1]} of objects, ${mebibytes[2]} in all`,
  );
}
const [early, late] = [uses[5], uses[19]];
Deno.exit(late.process > early.process * 1.1 ? 1 : 0);
