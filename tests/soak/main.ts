// Uses models for a long time and prints the memory in use: `deno task soak --minutes 60`, or `--rounds 1000`. Fails if
// the memory grows.

import { soak, type Use } from "./soak.ts";

const [kind = "--minutes", number = "10"] = Deno.args;
const uses = await soak(kind === "--rounds" ? { rounds: Number(number) } : { minutes: Number(number) }, 20);
for (const { rounds, engine, heap, process } of uses) {
  const mebibytes = [engine, heap, process].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`);
  console.log(
    `${rounds} rounds: ${mebibytes[0]} kept by the engine, ${mebibytes[1]} of objects, ${mebibytes[2]} in all`,
  );
}
const [early, late] = [uses.slice(5, 10), uses.slice(15)];
const most = (kind: "engine" | "heap" | "process", part: Use[]): number => Math.max(...part.map((use) => use[kind]));
const hasGrown = (["engine", "heap", "process"] as const).some((kind) => most(kind, late) > most(kind, early) * 1.1);
Deno.exit(hasGrown ? 1 : 0);
