import { count } from "../../src/schema/mod.ts";
import { ABLATIONS, BASE, type Recipe, SEARCHES, VERSION } from "./recipes.ts";
import type { StoredResult } from "./run.ts";

const ALL = [BASE, ...ABLATIONS];

/** Formats the report as Markdown; `find` returns the result of a recipe. */
export function report(find: (recipe: Recipe) => StoredResult): string {
  const base = find(BASE);
  const rows = ALL.map((recipe) => {
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
    `sentences are not used. Each run has ${setups(ALL.map(find))} on two ` +
    "cores. With one seed each, differences below about 0.5 BLEU are noise. BLEU is sacreBLEU's, 13a, case-sensitive.",
    ...older(ALL.filter((recipe) => (find(recipe).version ?? 1) < VERSION)),
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

/** Describes how results were measured. */
function setups(results: readonly StoredResult[]): string {
  const all = results.map(({ threads = 1, jobs = 2, gemm }) =>
    `${count(threads, "thread")} and ${gemm}; ${jobs} run in parallel`
  );
  return [...new Set(all)].join(", or ");
}

/** Says which recipes were measured with an earlier version of the library. */
function older(recipes: readonly Recipe[]): string[] {
  if (recipes.length === 0) return [];
  const names = recipes.map(({ name }) => name).join("; ");
  const which = recipes.length === ALL.length ? "All runs" : `Some runs (${names})`;
  return ["", `${which} were measured before translators began with larger embeddings, with which they learn faster.`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)].join("\n");
}
