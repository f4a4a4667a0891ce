import { describeBest, formatBytes, listValues } from "../inspection/mod.ts";
import type { HistoryLine } from "../../src/train/mod.ts";
import { formatDuration } from "../terminal/mod.ts";
import { escapeMarkup } from "../charts/mod.ts";
import { tableHTML } from "./html.ts";
import { named, type ReportRun } from "./report_run.ts";

/** The table with a row for each run: what was trained, for how long, and how well it does. */
export function summaryTable(runs: readonly ReportRun[]): string {
  const heads = ["run", "task", "parameters", "steps", "epochs", "time", "speed", "memory", "best validation figures"];
  const rows = runs.map((run) => [named(run), ...cellsOf(run).map(escapeMarkup)]);
  const origins = runs.flatMap(({ name, sources = [], facts: { run } }) => [
    ...run?.introduction === undefined ? [] : [`${name}: ${run.introduction}.${describeSources(sources)}`],
    ...run?.startedFrom === undefined ? [] : [`${name} started from ${run.startedFrom}.`],
    ...(run?.changes ?? []).map(({ step, from, to }) =>
      `The plan of ${name} changed after step ${step}: ${listValues(from)}, then ${listValues(to)}.`
    ),
  ]);
  return [
    tableHTML({ label: "Runs", heads, rows }),
    ...origins.map((origin) => `<p class="quiet">${escapeMarkup(origin)}</p>`),
  ].join("\n");
}

/** Maximum number of files that are named. */
const MOST_SOURCES = 5;

function describeSources(sources: readonly string[]): string {
  if (sources.length === 0) return "";
  const others = sources.length - MOST_SOURCES;
  const rest = others > 0 ? ` and ${whole(others)} more` : "";
  return ` Data: ${sources.slice(0, MOST_SOURCES).join(", ")}${rest}.`;
}

function cellsOf({ facts: { noun, totals, run } }: ReportRun): string[] {
  const history = run?.history ?? [];
  const speed = median(valuesOf(history, "tokens_per_second"));
  const memory = valuesOf(history, "engine_mib").at(-1);
  return [
    noun,
    whole(totals.parameters),
    run === undefined ? "" : whole(run.steps),
    run === undefined ? "" : whole(run.epochs),
    run?.seconds === undefined ? "" : formatDuration(run.seconds),
    speed === undefined ? "" : `${whole(Math.round(speed))} /s`,
    memory === undefined ? "" : formatBytes(memory * 2 ** 20),
    run === undefined ? "" : describeBest(run),
  ];
}

function valuesOf(history: readonly HistoryLine[], name: string): number[] {
  return history.map((line) => line[name]).filter((value) => typeof value === "number");
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b).at(Math.floor(values.length / 2));
}

function whole(number: number): string {
  return number.toLocaleString("en");
}
