/**
 * Measures forecasters on M4 Hourly, ETTh1 and exchange rates beside simple methods and published figures: single
 * networks, and ensembles of the sizes in `--members 3,8`.
 * `deno task bench:forecasting --data FOLDER` writes bench/results/forecasting.md. Results are cached in
 * bench/results/forecasting.json; `--fresh` measures everything again.
 * @module
 */
import { parseArgs } from "node:util";
import { DATA_SETS, type DataSetName } from "./forecasting/data.ts";
import { type Found, report } from "./forecasting/report.ts";
import type { RunRequest, RunResult } from "./forecasting/run.ts";

const RESULTS = new URL("results/forecasting.json", import.meta.url);
const REPORT = new URL("results/forecasting.md", import.meta.url);

const { data, threads = "1", blas = "auto", seeds = "3", members = "3,8", ensembles: repeats = "1", fresh } =
  parseArgs({
    options: {
      data: { type: "string" },
      threads: { type: "string" },
      blas: { type: "string" },
      seeds: { type: "string" },
      members: { type: "string" },
      ensembles: { type: "string" },
      fresh: { type: "boolean" },
    },
  }).values;

if (!data) {
  console.error("bench:forecasting: expected --data FOLDER with m4_hourly_train.csv, ETTh1.csv and exchange_rate.txt");
  Deno.exit(2);
}

const kept: Record<string, RunResult> = fresh
  ? {}
  : await Deno.readTextFile(RESULTS).then((text) => JSON.parse(text).runs, () => ({}));

const keyOf = (name: DataSetName, members: number, seed: number): string => `${name}, ${members}, ${seed}`;

async function measure(name: DataSetName, members: number, seed: number): Promise<RunResult> {
  const key = keyOf(name, members, seed);
  if (kept[key]) return kept[key];
  const request: RunRequest = { name, members, seed, data: data!, threads: Number(threads), blas };
  const args = ["run", "--allow-read", "--allow-ffi", "bench/forecasting/run.ts", JSON.stringify(request)];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (code !== 0) throw new RangeError(`bench ${key}: ${new TextDecoder().decode(stderr)}`);
  kept[key] = JSON.parse(new TextDecoder().decode(stdout));
  await Deno.writeTextFile(RESULTS, JSON.stringify({ runs: kept }, null, 1) + "\n");
  console.log(`${key}: ${JSON.stringify(kept[key].methods)} in ${kept[key].seconds.toFixed(0)} s`);
  return kept[key];
}

/** Measures forecasters of the first few seeds, one after the other. */
async function measureSeeds(name: DataSetName, members: number, seeds: string): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (let seed = 1; seed <= Number(seeds); seed++) results.push(await measure(name, members, seed));
  return results;
}

const found = new Map<DataSetName, Found>();
for (const name of DATA_SETS) {
  const ensembles = new Map<number, RunResult[]>();
  found.set(name, { simple: await measure(name, 0, 1), single: await measureSeeds(name, 1, seeds), ensembles });
  for (const size of members.split(",").map(Number)) ensembles.set(size, await measureSeeds(name, size, repeats));
}
await Deno.writeTextFile(REPORT, report(found, Number(threads)));
console.log(`wrote ${decodeURIComponent(REPORT.pathname)}`);
Deno.exit(0);
