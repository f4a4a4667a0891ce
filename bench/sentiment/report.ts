import { count } from "../../src/schema/mod.ts";
import { ABLATIONS, CELLS, type Recipe, SCRATCH, VECTORS } from "./recipes.ts";
import type { Figures, RunResult } from "./run.ts";
import type { Speed } from "./throughput.ts";

/** The data of a report. */
export interface Measured {
  /** Returns the results of a recipe, one for each seed. */
  readonly find: (recipe: Recipe) => readonly RunResult[];
  /** Accuracy of each lexicon on the test sentences. */
  readonly lexicons: readonly number[];
  /** Names of the lexicons. */
  readonly names: readonly string[];
  /** Inference speeds. */
  readonly speeds: readonly Speed[];
  /** Number of parallel runs. */
  readonly jobs: number;
  /** Number of threads per run. */
  readonly threads: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}

/** Formats the mean and the value of each seed. */
function spread(values: readonly number[]): string {
  return `**${percent(mean(values))}** (${values.map(percent).join(", ")})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)].join("\n");
}

/** Formats the report as Markdown. */
export function report({ find, lexicons, names, speeds, jobs, threads }: Measured): string {
  const finals = [SCRATCH, VECTORS];
  const [first] = find(SCRATCH);
  return [
    "# Sentiment analysis: SST-2, sentence level",
    "",
    "`deno task bench:sentiment --data FOLDER --vectors FILE`: 6,920 sentences for training, 872 for development (dev), 1,821 for testing. " +
    `Each run has ${
      count(threads, "thread")
    } and ${first.gemm}; ${jobs} run in parallel on two cores. Figures are means of three ` +
    "seeds, followed by the figure of each seed in parentheses. Every choice, from the recipe to the best epoch, was made on the dev sentences. " +
    "Networks alone, without the linear model that classifiers have by default.",
    "",
    "## Accuracy",
    "",
    table(["", "test, %", "test macro F1", "dev, %", "seconds"], [
      ...names.map((name, i) => [name, `**${percent(lexicons[i])}**`, "", "", ""]),
      ...finals.map((recipe) => {
        const runs = find(recipe);
        const of = (part: "dev" | "test", name: keyof Figures): number[] => runs.map((run) => run[part]![name]);
        return [
          `Elman, ${recipe.name}`,
          spread(of("test", "accuracy")),
          mean(of("test", "macroF1")).toFixed(4),
          spread(of("dev", "accuracy")),
          runs.map(({ seconds }) => seconds.toFixed(0)).join(", "),
        ];
      }),
    ]),
    "",
    "The recipes:",
    "",
    ...finals.map(({ name, model, fit }) => `- ${name}: \`${JSON.stringify({ ...model, ...fit })}\``),
    "",
    "## The cells",
    "",
    "The recipe from scratch with one member.",
    "",
    table(
      ["cell", "test, %", "dev, %", "dev loss", "seconds"],
      CELLS.map((recipe) => {
        const runs = find(recipe);
        return [
          recipe.name,
          spread(runs.map(({ test }) => test!.accuracy)),
          spread(runs.map(({ dev }) => dev.accuracy)),
          mean(runs.map(({ dev }) => dev.loss)).toFixed(4),
          mean(runs.map(({ seconds }) => seconds)).toFixed(0),
        ];
      }),
    ),
    "",
    "## Ablations",
    "",
    "On the dev sentences only: 1 % of them is 9 sentences, so differences below about 1 % are noise.",
    ...finals.flatMap((recipe) => ["", `### ${recipe.name}`, "", ablationTable(recipe, find)]),
    "",
    "## Calibration",
    "",
    "Expected calibration error in 15 bins, before and after dividing the logits by a temperature fitted on the dev sentences.",
    "",
    table(
      ["", "temperature", "dev before", "dev after", "test before", "test after"],
      finals.map((recipe) => {
        const runs = find(recipe);
        const error = (part: "dev" | "test", name: keyof Figures): string =>
          mean(runs.map((run) => run[part]![name])).toFixed(4);
        return [
          recipe.name,
          runs.map(({ temperature }) => temperature.toFixed(3)).join(", "),
          error("dev", "errorBefore"),
          error("dev", "errorAfter"),
          error("test", "errorBefore"),
          error("test", "errorAfter"),
        ];
      }),
    ),
    "",
    "## Speed",
    "",
    "`classify` on the test sentences in WebAssembly, including tokenization; medians of five passes.",
    "",
    table(
      ["members", "threads", "sentences per second", "padding, %"],
      speeds.map(({ members, threads, perSecond, padding }) => [
        String(members),
        String(threads),
        Math.round(perSecond).toLocaleString("en"),
        percent(padding),
      ]),
    ),
    "",
    `In training, ${
      percent(mean(finals.flatMap(find).map(({ padding }) => padding)))
    } % of the tokens are padding, which the recurrent ` +
    "layers skip.",
    "",
  ].join("\n");
}

function ablationTable(recipe: Recipe, find: Measured["find"]): string {
  return table(
    ["", "dev, %", "dev loss", "seconds"],
    [recipe, ...ABLATIONS[recipe.name]].map((other, i) => {
      const runs = find(other);
      return [
        i === 0 ? "the recipe: five members" : other.name,
        spread(runs.map(({ dev }) => dev.accuracy)),
        mean(runs.map(({ dev }) => dev.loss)).toFixed(4),
        mean(runs.map(({ seconds }) => seconds)).toFixed(0),
      ];
    }),
  );
}
