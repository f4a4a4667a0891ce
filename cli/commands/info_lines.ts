import { count } from "../../src/schema/mod.ts";
import {
  describeBest,
  type FileFacts,
  formatBytes,
  type LayerFacts,
  listValues,
  type ModelFacts,
  type ProcessorFacts,
  type RunFacts,
  type WeightTotals,
} from "../inspection/mod.ts";
import { formatDuration } from "../terminal/mod.ts";

/** Most special tokens that are named. */
const MOST_NAMED = 8;

/** Describes a model in lines of text: one part after the other. */
export function infoLines({ directory, noun, config, layers, totals, processors, run, files }: ModelFacts): string[] {
  return [
    `${directory}: ${noun}`,
    "",
    ...layerTable(layers, totals),
    "",
    ...processors.map(describeProcessor),
    `configuration: ${listValues(config)}`,
    "",
    ...run ? describeRun(run) : ["training: unknown, since the directory has no training state"],
    "",
    ...describeFiles(files),
  ];
}

function layerTable(layers: readonly LayerFacts[], totals: WeightTotals): string[] {
  const rows = layers.flatMap(({ kind, parameters }) =>
    parameters.map(({ name, shape, size, multiplyAdds }) => [
      name,
      kind,
      shape.join(" x "),
      size === 0 ? "shared" : whole(size),
      multiplyAdds === 0 ? "" : whole(multiplyAdds),
    ])
  );
  return [
    ...table([["parameter", "layer", "shape", "values", "multiply-adds"], ...rows, [
      "total",
      "",
      "",
      whole(totals.parameters),
      whole(totals.multiplyAdds),
    ]]),
    "",
    `memory of the parameters: ${formatBytes(totals.float32Bytes)} as float32, ` +
    `${formatBytes(totals.int8Bytes)} with matrices as int8`,
    "multiply-adds: if every matrix is used once, as in a step of every layer",
  ];
}

/** Pads the columns of a table: the last two are numbers. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const isNumber = (i: number): boolean => i >= widths.length - 2;
  return rows.map((row) =>
    row.map((cell, i) => isNumber(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])).join("  ").trimEnd()
  );
}

function describeProcessor({ name, kind, size, unknown, specials = [] }: ProcessorFacts): string {
  if (size === undefined) return `${name}: ${kind}`;
  const shown = specials.slice(0, MOST_NAMED).map((token) => JSON.stringify(token)).join(", ");
  const others = specials.length > MOST_NAMED ? ` and ${specials.length - MOST_NAMED} more` : "";
  return `${name}: ${kind}, ${whole(size)} tokens; ` +
    (typeof unknown === "string" ? `unknown token ${JSON.stringify(unknown)}` : "no unknown token") +
    (specials.length > 0 ? `; special tokens ${shown}${others}` : "");
}

function describeRun(
  { settings, data, steps, epochs, seconds, best, bestEpoch, startedFrom, changes }: RunFacts,
): string[] {
  const time = seconds === undefined ? "" : `, in ${formatDuration(seconds)}`;
  return [
    steps === 0 && seconds !== undefined
      ? `training: without steps${time}`
      : `training: ${count(steps, "step")}, ${count(epochs, "whole epoch")}${time}`,
    ...best ? [`best validation figures: ${describeBest({ best, bestEpoch, epochs })}`] : [],
    `data: ${listValues(data) || "those of the demonstration"}`,
    ...Object.keys(settings).length === 0 ? [] : [`settings: ${listValues(settings)}`],
    ...startedFrom === undefined ? [] : [`started from: ${startedFrom}`],
    ...changes.map(({ step, from, to }) => `changed after step ${step}: ${listValues(from)}, then ${listValues(to)}`),
  ];
}

function describeFiles(files: readonly FileFacts[]): string[] {
  const sizes = files.map(({ bytes }) => formatBytes(bytes));
  const [name, size] = [
    Math.max(...files.map(({ name }) => name.length)),
    Math.max(...sizes.map((size) => size.length)),
  ];
  return files.map((file, i) => `${file.name.padEnd(name)}  ${sizes[i].padStart(size)}`);
}

function whole(number: number): string {
  return number.toLocaleString("en");
}
