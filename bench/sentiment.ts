/**
 * Measures sentiment classifiers on the sentence-level Stanford Sentiment Treebank: the recipes of
 * `bench/sentiment/recipes.ts` with three seeds each, compared with the lexicons available in JavaScript, and the
 * number of sentences classified per second. `deno task bench:sentiment --data FOLDER --vectors FILE` writes
 * bench/results/sentiment.md. Results are cached in bench/results/sentiment.json; `--fresh` measures everything again.
 * @module
 */
import { parseArgs } from "node:util";
import { readLabelledTexts } from "../tasks/data/mod.ts";
import { lexiconAccuracies, LEXICONS } from "./sentiment/lexicons.ts";
import { ABLATIONS, CELLS, type Recipe, SCRATCH, SEEDS, VECTORS } from "./sentiment/recipes.ts";
import { report } from "./sentiment/report.ts";
import type { RunRequest, RunResult } from "./sentiment/run.ts";
import { throughput } from "./sentiment/throughput.ts";

const RESULTS = new URL("results/sentiment.json", import.meta.url);
const REPORT = new URL("results/sentiment.md", import.meta.url);

const { data, vectors, jobs = "2", threads = "1", blas = "auto", fresh } = parseArgs({
  options: {
    data: { type: "string" },
    vectors: { type: "string" },
    jobs: { type: "string" },
    threads: { type: "string" },
    blas: { type: "string" },
    fresh: { type: "boolean" },
  },
}).values;

if (!data || !vectors) {
  console.error("bench:sentiment: expected --data FOLDER with stsa.binary.{train,dev,test}, and --vectors FILE");
  Deno.exit(2);
}

/** Results by recipe and seed. */
const kept: Record<string, RunResult> = fresh
  ? {}
  : await Deno.readTextFile(RESULTS).then((text) => JSON.parse(text).runs, () => ({}));

function keyOf(recipe: Recipe, seed: number): string {
  return JSON.stringify([recipe, seed]);
}

async function measure(recipe: Recipe, seed: number): Promise<RunResult> {
  const request: RunRequest = { recipe, seed, data: data!, vectors: vectors!, threads: Number(threads), blas: blas! };
  const args = ["run", "--allow-read", "--allow-ffi", "bench/sentiment/run.ts", JSON.stringify(request)];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (code !== 0) throw new RangeError(`bench ${recipe.name}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

const queue = [SCRATCH, VECTORS, ...CELLS, ...Object.values(ABLATIONS).flat()].flatMap((recipe) =>
  SEEDS.map((seed) => ({ recipe, seed }))
).filter(({ recipe, seed }) => !kept[keyOf(recipe, seed)]);

async function work(): Promise<void> {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { recipe, seed } = next;
    const result = await measure(recipe, seed);
    kept[keyOf(recipe, seed)] = result;
    await Deno.writeTextFile(RESULTS, JSON.stringify({ runs: kept }, null, 1) + "\n");
    const test = result.test ? `, test ${(100 * result.test.accuracy).toFixed(2)} %` : "";
    console.log(
      `${recipe.vectors ? "GloVe" : "scratch"}: ${recipe.name}, seed ${seed}: ` +
        `dev ${(100 * result.dev.accuracy).toFixed(2)} %${test}, ${result.seconds.toFixed(0)} s`,
    );
  }
}

await Promise.all(Array.from({ length: Number(jobs) }, work));
const texts = (await readLabelledTexts(`${data}/stsa.binary.test`)).texts;
await Deno.writeTextFile(
  REPORT,
  report({
    find: (recipe) => SEEDS.map((seed) => kept[keyOf(recipe, seed)]),
    lexicons: await lexiconAccuracies(texts),
    names: LEXICONS,
    speeds: await throughput(data, texts.map(({ text }) => text)),
    jobs: Number(jobs),
    threads: Number(threads),
  }),
);
console.log(`wrote ${decodeURIComponent(REPORT.pathname)}`);
Deno.exit(0);
