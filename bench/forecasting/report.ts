import { count } from "../../src/schema/mod.ts";
import type { DataSetName } from "./data.ts";
import type { Figures } from "./figures.ts";
import type { RunResult } from "./run.ts";

/** The results on one data set. */
export interface Found {
  /** The simple methods. */
  readonly simple: RunResult;
  /** Single networks, by seed. */
  readonly single: readonly RunResult[];
  /** Ensembles, by number of members and seed. */
  readonly ensembles: ReadonlyMap<number, readonly RunResult[]>;
}

/** Published figures, with their source. */
const PUBLISHED: Readonly<Record<DataSetName, readonly (readonly [name: string, figures: Figures])[]>> = {
  "M4 Hourly": [
    ["M4's RNN benchmark (Makridakis et al. 2020)", { sMAPE: 14.698, MASE: 3.048 }],
    ["ES-RNN, the winner (Smyl 2020)", { sMAPE: 9.328, MASE: 0.893 }],
    ["best of the competition in each figure", { sMAPE: 8.913, MASE: 0.801 }],
  ],
  "ETTh1": [
    ["Autoformer (Wu et al. 2021)", { MSE: 0.449, MAE: 0.459 }],
    ["DLinear (Zeng et al. 2023)", { MSE: 0.375, MAE: 0.399 }],
  ],
  "exchange rates": [["LSTNet (Lai et al. 2018)", { "RSE 3": 0.0226, "RSE 24": 0.0449 }]],
};

const DESCRIPTIONS: Readonly<Record<DataSetName, string>> = {
  "M4 Hourly": "414 series of 700 to 960 hours; the 48 hours that follow each are forecast once.",
  "ETTh1": "Seven series of 17,420 hours, standardized; 96 hours are forecast from each hour of the four test months.",
  "exchange rates": "Eight series of 7,588 days; 24 days are forecast from each day of the last fifth.",
};

/** Formats the report as Markdown. */
export function report(found: ReadonlyMap<DataSetName, Found>, threads: number): string {
  const [{ single: [{ gemm }] }] = found.values();
  return [
    "# Forecasting",
    "",
    `\`deno task bench:forecasting --data FOLDER\`, ${count(threads, "thread")}, ${gemm}. All options ` +
    "are the defaults, which follow from the series. Figures of a network are means over seeds, with the standard " +
    "deviation after ±; the seconds are those of training, on a machine that ran other programs as well.",
    "",
    ...[...found].flatMap(([name, results]) => [...section(name, results), ""]),
  ].join("\n");
}

function section(name: DataSetName, { simple, single, ensembles }: Found): string[] {
  const columns = Object.keys(single[0].methods.network);
  const plain = (figures: Figures): string[] => columns.map((column) => format(column, figures[column]));
  const rows = [
    ...Object.entries(simple.methods).map(([method, figures]) => [method, ...plain(figures), ""]),
    ...PUBLISHED[name].map(([method, figures]) => [method, ...plain(figures), ""]),
    networkRow("**network**", single, columns),
    ...[...ensembles].map(([members, runs]) => networkRow(`**${members} members**`, runs, columns)),
  ];
  return [
    `## ${name}`,
    "",
    DESCRIPTIONS[name],
    "",
    table(["", ...columns, "seconds"], rows),
    "",
    verdict(simple, single, columns[0]),
  ];
}

function networkRow(title: string, runs: readonly RunResult[], columns: readonly string[]): string[] {
  const cells = columns.map((column) => {
    const values = runs.map(({ methods }) => methods.network[column]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    if (column.startsWith("in ") || values.length === 1) return format(column, mean);
    const deviation = Math.sqrt(squares / (values.length - 1));
    return `${format(column, mean)} ± ${format(column, deviation)}`;
  });
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length;
  return [title, ...cells, seconds.toFixed(0)];
}

function verdict({ methods }: RunResult, single: readonly RunResult[], column: string): string {
  const [best, figures] = Object.entries(methods).reduce((a, b) => b[1][column] < a[1][column] ? b : a);
  const mean = single.reduce((sum, { methods }) => sum + methods.network[column], 0) / single.length;
  const change = 100 * (mean / figures[column] - 1);
  const relation = Math.abs(change) < 1 ? "is as good as" : change < 0 ? "is better than" : "is worse than";
  return `By ${column} one network ${relation} the best simple method, ${best} (${change.toFixed(1)} %).`;
}

function format(column: string, value: number | undefined): string {
  if (value === undefined) return "";
  return column.startsWith("in ") ? `${(100 * value).toFixed(1)} %` : value.toPrecision(4);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i === 0 ? "---" : "---:")), ...rows.map(line)].join("\n");
}
