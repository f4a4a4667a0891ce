// Reads damaged files by the thousand: `deno task fuzz --cases 100000 --seed 7`. Prints what failed and what it took;
// exits with 1 if anything failed. A case is repeated with `run_cases.ts N N+1`.

import { fuzz } from "./watchdog.ts";

const option = (name: string, otherwise: number): number => {
  const at = Deno.args.indexOf(name);
  return at < 0 ? otherwise : Number(Deno.args[at + 1]);
};

const [cases, seed] = [option("--cases", 10_000), option("--seed", 1)];
const first = seed * 1e9;
const { faults, counts } = await fuzz(first, first + cases);
for (const fault of faults) console.log(JSON.stringify(fault));
console.log(JSON.stringify(counts, null, 1));
Deno.exit(faults.length > 0 ? 1 : 0);
