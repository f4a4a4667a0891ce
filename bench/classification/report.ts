import { format, machine, table } from "../support.ts";
import type { DataSet, Targets } from "./data_sets.ts";
import { deviation, figureOf, mean, type Metric, METRICS } from "./figures.ts";
import type { Placed, Results } from "./results.ts";
import { elmanName, minutesOf, tuning } from "./systems.ts";

/** The data of a report. */
export interface Shown {
  /** The data sets. */
  readonly sets: readonly DataSet[];
  /** The results. */
  readonly results: Results;
  /** Why systems are left out; notes on those with results are not shown. */
  readonly notes: readonly Omission[];
}

/** A note on systems without results. */
export interface Omission {
  /** The beginning of the systems' names. */
  readonly system: string;
  /** Why they are left out. */
  readonly why: string;
}

/** A row of the first table: a data set and a setting. */
interface Row {
  readonly set: DataSet;
  readonly hasVectors: boolean;
  readonly isNative: boolean;
  readonly targets: Targets | undefined;
}

/** The results of a system on a data set. */
type Runs = readonly Placed[];

const MISSING = "-";

/** The systems besides Elman's networks and searches, and their headings. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ["linear", "linear model"],
  ["majority", "most frequent label"],
  ["fastText", "fastText"],
  ["fastText, 25 epochs, bigrams", "fastText, 25 epochs, bigrams"],
]);

/** Returns the names of the automatic tunings that have results, the shortest first. */
function tuningsOf(results: Results): string[] {
  const minutes = results.all().flatMap(({ system }) => minutesOf(system) ?? []);
  return [...new Set(minutes)].sort((a, b) => a - b).map(tuning);
}

/** Returns the results of a system on a data set. */
function runsOf(results: Results, set: DataSet, system: string): Runs {
  return results.all().filter((place) => place.set === set.name && place.system === system);
}

/** Returns the mean over the folds for each seed with the most folds. */
function perSeed(runs: Runs, metric: Metric): number[] {
  const seeds = [...Map.groupBy(runs, ({ seed }) => seed).values()];
  const most = Math.max(...seeds.map(({ length }) => length));
  return seeds.filter(({ length }) => length === most)
    .map((folds) => mean(folds.map(({ cell }) => figureOf(cell.confusion, metric))));
}

/** Formats a figure as it is usual: accuracy in percent. */
function formatFigure(value: number, metric: Metric): string {
  return metric === "accuracy" ? format(100 * value, 1) : format(value, 3);
}

/** Formats the mean over the seeds and its deviation. */
function formatRuns(runs: Runs, metric: Metric): string {
  if (runs.length === 0) return MISSING;
  const figures = perSeed(runs, metric);
  const spread = deviation(figures);
  const center = formatFigure(mean(figures), metric);
  return spread === undefined ? center : `${center} ± ${formatFigure(spread, metric)}`;
}

function formatSeconds(runs: Runs): string {
  return runs.length === 0 ? MISSING : format(mean(runs.map(({ cell }) => cell.seconds)), 1);
}

/** Formats the numbers of threads, as far as they are recorded. */
function formatThreads(runs: Runs): string {
  const threads = [...new Set(runs.flatMap(({ cell }) => cell.threads ?? []))];
  return threads.length === 0 ? MISSING : threads.sort((a, b) => a - b).join(" or ");
}

/** Returns the rows: each data set from scratch and, if there are figures, with word vectors and natively. */
function rowsOf({ sets, results }: Shown): Row[] {
  return sets.flatMap((set) =>
    [false, true].flatMap((isNative) =>
      [false, true].map((hasVectors): Row => ({
        set,
        hasVectors,
        isNative,
        targets: hasVectors ? set.vectorTargets : set.targets,
      }))
    )
  ).filter(({ set, hasVectors, isNative }) =>
    !hasVectors && !isNative ||
    runsOf(results, set, elmanName("defaults", hasVectors, isNative)).length > 0
  );
}

function formatTarget(target: number | undefined, metric: Metric): string {
  return target === undefined ? MISSING : formatFigure(target, metric);
}

/** Formats the row of a data set and a setting; what does not depend on the setting is in its first row only. */
function formatRow(row: Row, { results }: Shown): string[] {
  const { set, hasVectors, isNative, targets } = row;
  const tunings = tuningsOf(results);
  const runs = (what: string): Runs => runsOf(results, set, elmanName(what, hasVectors, isNative));
  const defaults = runs("defaults");
  const isFirst = !hasVectors && !isNative;
  const others = [...OTHERS.keys(), ...tunings.map((name) => `fastText, ${name}`)];
  const setting = [...hasVectors ? ["GloVe"] : [], ...isNative ? ["native"] : []].join(", ");
  return [
    setting === "" ? set.title : `${set.title}; ${setting}`,
    formatRuns(defaults, set.metric),
    formatTarget(targets?.defaults, set.metric),
    formatSeconds(defaults),
    ...tunings.map((name) => formatRuns(runs(name), set.metric)),
    formatTarget(targets?.autotune, set.metric),
    ...others.map((system) => isFirst ? formatRuns(runsOf(results, set, system), set.metric) : MISSING),
    isFirst ? set.published ?? MISSING : MISSING,
  ];
}

/** Lists the figures that are below their targets. */
function shortfalls(shown: Shown): string[] {
  const { results } = shown;
  const judged = [["defaults", "defaults"], ...tuningsOf(results).map((name) => [name, "autotune"] as const)] as const;
  return rowsOf(shown).flatMap(({ set, hasVectors, isNative, targets }) =>
    judged.flatMap(([what, name]) => {
      const system = elmanName(what, hasVectors, isNative);
      const runs = runsOf(results, set, system);
      if (targets === undefined || runs.length === 0) return [];
      const found = mean(perSeed(runs, set.metric));
      if (found >= targets[name]) return [];
      const [shownFigure, target] = [found, targets[name]].map((value) => formatFigure(value, set.metric));
      return [`- ${set.title}, ${system}: ${shownFigure}, target ${target}`];
    })
  );
}

/** Formats every figure of every system. */
function formatAll({ sets, results }: Shown): string {
  const systems = [...new Set(results.all().map(({ system }) => system))];
  const rows = sets.flatMap((set) =>
    systems.flatMap((system) => {
      const runs = runsOf(results, set, system);
      if (runs.length === 0) return [];
      const figures = METRICS.map((metric) => formatRuns(runs, metric));
      return [[`${set.title}; ${system}`, ...figures, formatSeconds(runs), formatThreads(runs), String(runs.length)]];
    })
  );
  return table(["data; system", "accuracy", "macro F1", "MCC", "seconds", "threads", "trainings"], rows);
}

/** Lists the options that automatic tuning has chosen. */
function formatChosen({ sets, results }: Shown): string[] {
  const names = new Map(sets.map(({ name, title }) => [name, title]));
  return results.all().flatMap(({ set, system, cell: { chosen } }) => {
    const title = names.get(set);
    if (!chosen || title === undefined) return [];
    const options = Array.isArray(chosen) ? chosen.join(" ") : JSON.stringify(chosen);
    return [`- ${title}; ${system}: ${options === "" ? "the defaults" : `\`${options}\``}`];
  });
}

/** Formats the report as Markdown. */
export function report(shown: Shown): string {
  const { results } = shown;
  const tunings = tuningsOf(results);
  const measured = results.all().map(({ system }) => system);
  const notes = shown.notes.filter(({ system }) => !measured.some((name) => name.startsWith(system)));
  const { cores, os, arch, deno } = machine();
  const below = shortfalls(shown);
  const chosen = formatChosen(shown);
  return [
    "# Classification",
    "",
    "`deno task bench:classification --data FOLDER --python PATH`: test accuracy in percent, unless the name says MCC " +
    "(Matthews' correlation coefficient). Figures with ± are the mean and the standard deviation over seeds, the " +
    "others are of one seed; those of folds are means over the folds. Equal sequences are never in several folds. " +
    "Without a file of validation texts, the command takes a tenth of the training texts. The columns of seconds show " +
    `the time of a whole training, on ${cores} cores, ${os} ${arch}, Deno ${deno}; the last table has the numbers of ` +
    "threads. With folds, the tuning runs on the first one, and the others take its choice.",
    ...[...results.notes, ...notes.map(({ why }) => why)].flatMap((note) => ["", note]),
    "",
    table([
      "data",
      "defaults",
      "target",
      "seconds",
      ...tunings.map((name) => `${name} min`),
      "target of autotune",
      ...OTHERS.values(),
      ...tunings.map((name) => `fastText, ${name} min`),
      "published",
    ], rowsOf(shown).map((row) => formatRow(row, shown))),
    ...below.length === 0 ? [] : ["", "Below the targets:", "", ...below],
    "",
    "## All figures",
    "",
    formatAll(shown),
    ...chosen.length === 0 ? [] : ["", "## Options that tuning has chosen", "", ...chosen],
    "",
  ].join("\n");
}
