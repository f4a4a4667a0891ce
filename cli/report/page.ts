import type { Given } from "../../src/schema/mod.ts";
import { base64Parts } from "../../tasks/data/base64.ts";
import { runParts } from "../../tasks/data/parts.ts";
import { formatValue } from "../inspection/mod.ts";
import { AXES, type Axis, axisChoice } from "./axes.ts";
import { drawCurves } from "./curves.ts";
import { escapeMarkup } from "../charts/mod.ts";
import { pageHTML, tableHTML } from "./html.ts";
import { named, type ReportRun } from "./report_run.ts";
import { samplesHTML } from "./samples.ts";
import { summaryTable } from "./summary.ts";
import { validationSection } from "./validation.ts";

/** Only the page's own style and its embedded pictures are used. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Writes the page about some runs. */
export async function reportPage(runs: readonly ReportRun[]): Promise<string> {
  const title = runs.length === 1 ? titleOf(runs[0]) : `${runs.length} training runs`;
  const missing = runs.filter(({ facts }) => (facts.run?.history ?? []).length === 0);
  const body = [
    `<h1>${escapeMarkup(title)}</h1>`,
    summaryTable(runs),
    ...missing.map((run) => `<p class="quiet">${escapeMarkup(withoutHistory(run))}</p>`),
    ...settingsSection(runs),
    ...await curvesSection(runs),
    ...samplesSection(runs),
    ...await validationSection(runs),
    ...picturesSection(runs),
  ];
  return pageHTML({ title, policy: POLICY, body });
}

/** Says why a run has no curves. */
function withoutHistory({ name, facts: { run } }: ReportRun): string {
  return run === undefined
    ? `${name} has no history: no training run is recorded in its directory.`
    : `${name} has no history: an earlier version trained it, or its history.jsonl was deleted.`;
}

/** The title of a page about one run. */
export function titleOf({ name }: ReportRun): string {
  return `Training of ${name}`;
}

/** The curves over each axis on which the runs have points; the reader chooses one. */
export async function curvesSection(runs: readonly ReportRun[]): Promise<string[]> {
  const drawn: { readonly axis: Axis; readonly curves: readonly string[] }[] = [];
  for (const axis of AXES) drawn.push({ axis, curves: await drawCurves(runs, axis) });
  const found = drawn.filter(({ curves }) => curves.length > 0);
  if (found.length === 0) return [];
  return [
    "<h2>Curves</h2>",
    legend(runs),
    '<div class="curves">',
    ...found.length > 1 ? [axisChoice(found.map(({ axis }) => axis))] : [],
    ...found.map(({ axis, curves }) => `<div class="charts by-${axis.name}">${curves.join("\n")}</div>`),
    "</div>",
  ];
}

function legend(runs: readonly ReportRun[]): string {
  return runs.length === 1 ? "" : `<ul class="legend">${runs.map((run) => `<li>${named(run)}</li>`).join("")}</ul>`;
}

/** The texts that the models wrote during training; nothing if no sample was kept. */
export function samplesSection(runs: readonly ReportRun[]): string[] {
  const samples = runs.map((run) => samplesHTML(run, runs.length > 1));
  return samples.every((text) => text === "") ? [] : ["<h2>Samples</h2>", ...samples];
}

/** The options of the model, of its data and of its training; of several runs first those that differ. */
export function settingsSection(runs: readonly ReportRun[]): string[] {
  const columns = runs.map(({ facts: { config, run } }): Given => ({ ...run?.data, ...config, ...run?.settings }));
  const names = [...new Set(columns.flatMap((column) => Object.keys(column)))];
  const rows = names.map((name) => [escapeMarkup(name), ...columns.map((column) => showValue(column[name]))]);
  const table = (label: string, rows: readonly (readonly string[])[]): string =>
    tableHTML({ label, heads: ["setting", ...runs.map(named)], rows });
  if (runs.length === 1) return ["<h2>Settings</h2>", settingsHTML(rows)];
  const [different, same] = [rows.filter(differs), rows.filter((row) => !differs(row))];
  return [
    "<h2>Settings</h2>",
    different.length === 0
      ? "<p>The runs have the same settings.</p>"
      : table("Settings that differ", different.map(markOthers)),
    `<details><summary>The same in all runs (${same.length})</summary>${
      table("Settings that are the same", same)
    }</details>`,
  ];
}

/** Lists the settings of one run in columns. */
function settingsHTML(rows: readonly (readonly string[])[]): string {
  const entries = rows.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return `<dl class="settings">${entries.join("\n")}</dl>`;
}

function differs([, ...cells]: readonly string[]): boolean {
  return new Set(cells).size > 1;
}

/** Marks the cells that differ from the first run's. */
function markOthers([name, ...cells]: readonly string[]): string[] {
  return [name, ...cells.map((cell) => cell === cells[0] ? cell : `<mark>${cell === "" ? "not set" : cell}</mark>`)];
}

function showValue(value: unknown): string {
  if (value === undefined) return "";
  return value === null ? "none" : escapeMarkup(formatValue(value));
}

function picturesSection(runs: readonly ReportRun[]): string[] {
  const figures = runs.flatMap((run) =>
    run.pictures.map(({ name, svg }) => {
      const label = escapeMarkup(`${run.name}: ${name}`);
      const source = `data:image/svg+xml;base64,${runParts(base64Parts(new TextEncoder().encode(svg)))}`;
      return `<figure><h3>${named(run)}: ${escapeMarkup(name)}</h3><img alt="${label}" src="${source}"></figure>`;
    })
  );
  return figures.length === 0 ? [] : ["<h2>Pictures</h2>", `<div class="charts">${figures.join("\n")}</div>`];
}
