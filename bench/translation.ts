/**
 * Measures translation from English to German on the Multi30k validation set: the recipe of
 * `bench/translation/recipes.ts` and the contribution of each of its parts. `deno task bench:translation --data FOLDER`
 * writes bench/results/translation.md. Results are cached in bench/results/translation.json with how they were
 * measured; `--fresh` measures everything again.
 * @module
 */
import { parseArgs } from "node:util";
import { ABLATIONS, BASE, type Recipe, SEARCHES, VERSION } from "./translation/recipes.ts";
import { report } from "./translation/report.ts";
import type { RunRequest, StoredResult } from "./translation/run.ts";

const RESULTS = new URL("results/translation.json", import.meta.url);
const REPORT = new URL("results/translation.md", import.meta.url);

const { data, jobs = "2", threads = "1", blas = "auto", fresh } = parseArgs({
  options: {
    data: { type: "string" },
    jobs: { type: "string" },
    threads: { type: "string" },
    blas: { type: "string" },
    fresh: { type: "boolean" },
  },
}).values;

if (!data) {
  console.error("bench:translation: expected --data FOLDER with train and val, .en and .de");
  Deno.exit(2);
}

/** Results by recipe. */
const kept: Record<string, StoredResult> = fresh
  ? {}
  : await Deno.readTextFile(RESULTS).then((text) => JSON.parse(text).runs, () => ({}));

async function measure(recipe: Recipe): Promise<StoredResult> {
  const searches = recipe === BASE ? SEARCHES : [];
  const request: RunRequest = { recipe, searches, data: data!, threads: Number(threads), blas };
  const args = ["run", "--allow-read", "--allow-ffi", "bench/translation/run.ts", JSON.stringify(request)];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (code !== 0) throw new RangeError(`bench ${recipe.name}: ${new TextDecoder().decode(stderr)}`);
  const result = JSON.parse(new TextDecoder().decode(stdout));
  return { ...result, threads: Number(threads), jobs: Number(jobs), version: VERSION };
}

const keyOf = (recipe: Recipe): string => JSON.stringify(recipe);
const queue = [BASE, ...ABLATIONS].filter((recipe) => !kept[keyOf(recipe)]);

async function work(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const result = await measure(next);
    kept[keyOf(next)] = result;
    await Deno.writeTextFile(RESULTS, JSON.stringify({ runs: kept }, null, 1) + "\n");
    console.log(`${next.name}: BLEU ${result.greedy.toFixed(2)}, beam 5 ${result.beam.toFixed(2)}`);
  }
}

await Promise.all(Array.from({ length: Number(jobs) }, work));
await Deno.writeTextFile(REPORT, report((recipe) => kept[keyOf(recipe)]));
console.log(`wrote ${decodeURIComponent(REPORT.pathname)}`);
Deno.exit(0);
