import type { ChartLayer, Picture } from "../../tasks/task_model/mod.ts";
import { escapeMarkup } from "../charts/mod.ts";
import { pictureHTML } from "./picture.ts";
import { named, type ReportRun } from "./report_run.ts";

/**
 * Shows what the models do on their validation data; of several runs, pictures of the same title are side by side.
 * Empty if nothing was recorded.
 */
export async function validationSection(runs: readonly ReportRun[]): Promise<string[]> {
  const titles = new Set(runs.flatMap(({ record }) => record?.pictures.map(({ title }) => title) ?? []));
  if (titles.size === 0) return [];
  const sections: string[] = [];
  for (const title of titles) sections.push(await titledSection(title, runs));
  return [
    "<h2>On validation data</h2>",
    ...runs.flatMap(agedNote),
    `<div class="charts">${sections.join("\n")}</div>`,
  ];
}

/** A picture and the runs that it is of, with their notes if there are several. */
interface Shown {
  readonly picture: Picture;
  readonly runs: readonly ReportRun[];
  readonly notes?: readonly string[];
}

/** The pictures of a title: one of each run, or one of all runs if they can be drawn over each other. */
async function titledSection(title: string, runs: readonly ReportRun[]): Promise<string> {
  const shown = runs.flatMap((run): Shown[] => {
    const picture = run.record?.pictures.find((picture) => picture.title === title);
    return picture === undefined ? [] : [{ picture, runs: [run] }];
  });
  const figures: string[] = [];
  for (const one of overlay(shown) ?? shown) figures.push(await figureHTML(one, runs.length > 1));
  return figures.join("\n");
}

async function figureHTML({ picture, runs, notes }: Shown, isNamed: boolean): Promise<string> {
  const { title, note, kind } = picture;
  const isOfOne = isNamed && runs.length === 1;
  const lines = (notes ?? (note === undefined ? [] : [note])).map(escapeMarkup);
  const caption = lines.length === 0 ? "" : `<figcaption>${lines.join("<br>")}</figcaption>`;
  const body = await pictureHTML(picture, isOfOne ? `${title} of ${runs[0].name}` : title);
  const isWide = kind === "table" || kind === "passage";
  return `<figure${isWide ? ' class="whole"' : ""}><h3>${isOfOne ? `${named(runs[0])}: ` : ""}${
    escapeMarkup(title)
  }</h3>${caption}${body}</figure>`;
}

/** Draws charts of single lines over each other, in the colors of their runs; undefined if they are others. */
function overlay(shown: readonly Shown[]): Shown[] | undefined {
  const isGuide = ({ kind }: ChartLayer): boolean => kind === "guide";
  const charts = shown.flatMap(({ picture }) => picture.kind === "chart" ? [picture] : []);
  const lines = charts.flatMap(({ layers }) => layers.filter((layer) => !isGuide(layer)));
  const canOverlay = charts.length > 1 && charts.length === shown.length && lines.length === charts.length &&
    lines.every(({ kind }) => kind === "dotted line");
  if (!canOverlay) return undefined;
  const runs = shown.flatMap(({ runs }) => runs);
  const own = lines.map((line, i) => ({ ...line, color: runs[i].index, name: runs[i].name }));
  const notes = charts.flatMap(({ note }, i) => note === undefined ? [] : [`${runs[i].name}: ${note}`]);
  return [{ picture: { ...charts[0], layers: [...charts[0].layers.filter(isGuide), ...own] }, runs, notes }];
}

/** Says when the pictures were made if training has gone on since. */
function agedNote({ name, facts, record }: ReportRun): string[] {
  if (record === undefined || facts.run === undefined || facts.run.steps === record.step) return [];
  return [
    `<p class="quiet">The pictures of ${escapeMarkup(name)} are those after step ${record.step}; it is now at step ` +
    `${facts.run.steps}.</p>`,
  ];
}
