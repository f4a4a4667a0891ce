import { ABLATIONS, CELLS, type Recipe, SCRATCH, VECTORS } from "./recipes.ts";
import type { Figures, RunResult } from "./run.ts";
import type { Speed } from "./throughput.ts";

/** What a report is made from. */
export interface Measured {
  /** The results of a recipe, one a seed. */
  readonly find: (recipe: Recipe) => readonly RunResult[];
  /** Accuracies of the lexicons on the test sentences. */
  readonly lexicons: readonly number[];
  /** Their names. */
  readonly names: readonly string[];
  /** How fast sentences are classified. */
  readonly speeds: readonly Speed[];
  /** Runs side by side. */
  readonly jobs: number;
  /** Threads of each. */
  readonly threads: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}

/** The mean, and the values of the seeds. */
function spread(values: readonly number[]): string {
  return `**${percent(mean(values))}** (${values.map(percent).join(", ")})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)].join("\n");
}

/** The report as Markdown. */
export function report({ find, lexicons, names, speeds, jobs, threads }: Measured): string {
  const finals = [SCRATCH, VECTORS];
  const [first] = find(SCRATCH);
  return [
    "# Sentiment analysis: SST-2, sentence level",
    "",
    "`deno task bench:sentiment --data FOLDER --vectors FILE`: 6,920 sentences to learn from, 872 to choose by (dev), 1,821 to test. " +
    `Each run has ${threads} thread${
      threads === 1 ? "" : "s"
    } and ${first.gemm}; ${jobs} run side by side on two cores. Means of three ` +
    "seeds, the seeds in parentheses. Every choice, from the recipe to the epoch that is kept, was made by the dev sentences.",
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
    "## What each trick is worth",
    "",
    "On the dev sentences only, of which 1 % is 9: differences below about 1 % are chance.",
    ...finals.flatMap((recipe) => ["", `### ${recipe.name}`, "", ablationTable(recipe, find)]),
    "",
    "## Calibration",
    "",
    "Expected calibration error in 15 bins, before and after dividing the scores by a temperature that was fitted on the dev sentences.",
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
    "The test sentences through `classify`, in WebAssembly, tokenization included: medians of five passes.",
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
    `In training ${
      percent(mean(finals.flatMap(find).map(({ padding }) => padding)))
    } % of what is read is padding, which the recurrent ` +
    "layers do not compute.",
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
