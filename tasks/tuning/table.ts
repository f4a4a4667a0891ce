import { type Field, optionName } from "../../src/schema/mod.ts";
import type { Trial } from "./search.ts";
import type { RunFields } from "./space.ts";

/** Describes fields as options: `--hidden 128 --dropout 0.3`; `default` if there are none. */
export function describeFields({ plan, model, fit }: RunFields, schema: Readonly<Record<string, Field>>): string {
  const given = Object.entries({ ...plan, ...model, ...fit });
  const options = given.map(([name, value]) => `--${optionName(name, schema[name]) || name} ${value}`);
  return options.join(" ") || "default";
}

/** Options of `tableOfTrials`. */
export interface TrialTableOptions {
  /** The changes of each candidate. */
  readonly candidates: readonly RunFields[];
  /** The trials. */
  readonly trials: readonly Trial[];
  /** Index of the chosen candidate, which comes first. */
  readonly chosen: number;
  /** Heading of the figure by which candidates are compared. */
  readonly heading: string;
  /** Formats that figure. */
  readonly show: (objective: number) => string;
  /** The declarations of the fields. */
  readonly schema: Readonly<Record<string, Field>>;
}

/** Number of candidates that the table shows. */
const MOST_ROWS = 30;

/** One candidate's longest training, with the mean of its figures over all seeds. */
interface Row {
  readonly candidate: number;
  readonly epochs: number;
  readonly seeds: number;
  readonly objective: number;
  readonly seconds: number;
}

/** Lists what was tried as a table: the chosen candidate, then the others by length of training and figure. */
export function tableOfTrials(options: TrialTableOptions): string {
  const { candidates, trials, chosen, heading, show, schema } = options;
  const groups = [...Map.groupBy(trials, ({ candidate }) => candidate).values()];
  const rows = groups.map(rowOf).sort((a, b) =>
    Number(b.candidate === chosen) - Number(a.candidate === chosen) || b.epochs - a.epochs || b.objective - a.objective
  );
  const cells = rows.slice(0, MOST_ROWS).map(({ candidate, epochs, seeds, objective, seconds }) => [
    objective === -Infinity ? "failed" : show(objective),
    epochs < 1 ? epochs.toFixed(2) : String(epochs),
    String(seeds),
    seconds.toFixed(1),
    describeFields(candidates[candidate], schema),
  ]);
  const lines = align([[heading, "epochs", "seeds", "seconds", "options"], ...cells]);
  const more = rows.length - cells.length;
  return [...lines, ...more > 0 ? [`and ${more} more`] : []].join("\n");
}

function rowOf(trials: readonly Trial[]): Row {
  const lengths = trials.map(({ epochs, share }) => epochs * share);
  const epochs = Math.max(...lengths);
  const longest = trials.filter((_, i) => lengths[i] === epochs);
  const objectives = longest.flatMap(({ figures }) => figures ? [figures.objective] : []);
  return {
    candidate: trials[0].candidate,
    epochs,
    seeds: longest.length,
    objective: objectives.length === 0 ? -Infinity : mean(objectives),
    seconds: trials.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Aligns all columns but the last to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const last = rows[0].length - 1;
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, i) => i === last ? cell : cell.padStart(widths[i])).join("  "));
}
