/** The report of the language model benchmark. */
import { format, table } from "../support.ts";
import { DATA_SETS, type DataSet } from "./data_sets.ts";
import type { Outcome } from "./results.ts";

/** A contender's result on a data set. */
export interface Row {
  /** The contender's name. */
  readonly name: string;
  readonly system: string;
  readonly minutes: number;
  /** The chosen settings. */
  readonly settings: string;
  readonly outcome: Outcome;
}

/** A setting that was tried, and its validation loss. */
export interface Tried {
  readonly name: string;
  readonly system: string;
  readonly minutes: number;
  readonly settings: string;
  readonly valid: number;
}

/** The n-gram model beside the networks. */
export interface NgramRow {
  readonly order: number;
  readonly seconds: number;
  readonly valid: number;
  readonly test: number;
}

/** All results on a data set. */
export interface Section {
  readonly set: DataSet;
  readonly rows: readonly Row[];
  readonly tried: readonly Tried[];
  readonly ngram: NgramRow;
}

/** Conditions of the measurements. */
export interface Conditions {
  readonly machine: string;
  readonly minutes: number;
  readonly long: number;
  readonly share: number;
  readonly threads: number;
}

/** The values that the command has without options. */
export const USUAL = { minutes: 10, long: 60, share: 0.1, threads: 2 } as const;

const SYSTEMS: Readonly<Record<string, string>> = {
  native: "native",
  webassembly: "WebAssembly",
  pytorch: "PyTorch",
};

/** The command that measures what the sections have. */
export function commandOf(sections: readonly Section[], conditions: Omit<Conditions, "machine">): string {
  const sets = sections.length === DATA_SETS.length ? [] : sections.map(({ set }) => `--set ${set.name}`);
  const hasTransformers = sections.some(({ rows }) => rows.some(({ system }) => system === "pytorch"));
  const others = Object.entries(USUAL).flatMap(([name, usual]) => {
    const value = conditions[name as keyof typeof USUAL];
    return value === usual ? [] : [`--${name} ${value}`];
  });
  const options = ["--data FOLDER", ...hasTransformers ? ["--python PYTHON"] : [], ...sets, ...others];
  return `deno task bench:language-models ${options.join(" ")}`;
}

/** Writes the report as Markdown. */
export function report(sections: readonly Section[], { machine, ...conditions }: Conditions): string {
  const { threads, share } = conditions;
  return [
    "# Language models at equal times of training",
    `\`${commandOf(sections, conditions)}\`: ${machine}, ${threads} threads, one run each, seed 1. A row's settings ` +
    `are those of its candidates with the lowest validation loss after ${partOf(share)} its time, or of the next ` +
    "best if the loss of the whole training explodes; the tables at the end list what was tried. The times of " +
    "Elman's rows contain their validations after each epoch, those of the Transformers do not. The Transformers see " +
    "at least half a context before each prediction; the recurrent networks carry their state through the whole " +
    "text. Figures are those of the parameters with the lowest validation loss.",
    ...sections.map(describeSection),
    "# Candidates",
    ...sections.map(({ set, tried }) => `## ${set.title}\n\n${candidates(tried, set)}`),
  ].join("\n\n");
}

function partOf(share: number): string {
  return share === 1 ? "all of" : `${format(100 * share)} % of`;
}

function describeSection({ set, rows, ngram }: Section): string {
  const lines = rows.toSorted((a, b) => a.minutes - b.minutes || a.outcome.valid - b.outcome.valid).map((row) => [
    row.name,
    SYSTEMS[row.system],
    format(row.minutes),
    ...figures(row.outcome, set),
    format(row.outcome.tokensPerSecond),
    format(row.outcome.parameters),
    row.settings,
  ]);
  const simple = [
    `${ngram.order}-grams, Witten-Bell`,
    "-",
    format(ngram.seconds / 60, 1),
    ...figures(ngram, set),
    "-",
    "-",
    "-",
  ];
  const headings = ["model", "products", "minutes", "validation", "test", "tokens/s", "parameters", "settings"];
  return `## ${set.title}: ${set.figureName}\n\n${table(headings, [simple, ...lines])}`;
}

function figures(
  { valid, test }: { readonly valid: number; readonly test: number | null },
  { figure, unit }: DataSet,
): string[] {
  const digits = unit === "char" ? 3 : 1;
  return [valid, test].map((loss) => loss === null ? "-" : format(figure(loss), digits));
}

function candidates(tried: readonly Tried[], { figure, unit }: DataSet): string {
  const rows = tried.map(({ name, system, minutes, settings, valid }) => [
    name,
    SYSTEMS[system],
    format(minutes, 1),
    settings,
    format(figure(valid), unit === "char" ? 3 : 1),
  ]);
  return table(["model", "products", "minutes", "settings", "validation"], rows);
}
