import { count } from "../../src/schema/mod.ts";
import { ABLATIONS, BASE, type Recipe, SEARCHES } from "./recipes.ts";
import type { RunResult } from "./run.ts";

/** The data of a report. */
export interface Findings {
  /** Returns the result of a recipe. */
  readonly find: (recipe: Recipe) => RunResult;
  /** Number of parallel runs. */
  readonly jobs: number;
  /** Number of threads per run. */
  readonly threads: number;
}

/** Formats the report as Markdown. */
export function report({ find, jobs, threads }: Findings): string {
  const base = find(BASE);
  const rows = [BASE, ...ABLATIONS].map((recipe) => {
    const { parameters, epoch, loss, greedy, beam } = find(recipe);
    return [
      recipe.name,
      greedy.toFixed(2),
      `**${beam.toFixed(2)}**`,
      loss.toFixed(4),
      `${epoch}`,
      `${(parameters / 1e6).toFixed(2)} M`,
    ];
  });
  return [
    "# Translation: Multi30k, English to German",
    "",
    "`deno task bench:translation --data FOLDER`: 29,000 pairs for training, 1,014 for validation (val), on which all figures are measured; the test " +
    `sentences are not used. Each run has ${
      count(threads, "thread")
    } and ${base.gemm}; ${jobs} run in parallel on two ` +
    "cores. With one seed each, differences below about 0.5 BLEU are noise. BLEU is sacreBLEU's, 13a, case-sensitive.",
    "",
    "## Ablations",
    "",
    `The recipe trains for ${BASE.fit.epochs} epochs: \`${JSON.stringify({ ...BASE, name: undefined })}\`. ` +
    "Each other row changes one part of it:",
    "",
    table(["", "greedy", "beam 5", "loss", "epoch", "parameters"], rows),
    "",
    "Loss is in nats per token and depends on the vocabulary: only runs with 4,000 joint tokens are comparable.",
    "",
    "## Search settings",
    "",
    "All with the recipe's model:",
    "",
    table(
      ["search", "BLEU"],
      SEARCHES.map((search, i) => [
        Object.entries(search).map(([name, value]) => `${name} ${value}`).join(", "),
        base.searches[i].toFixed(2),
      ]),
    ),
    "",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)].join("\n");
}
