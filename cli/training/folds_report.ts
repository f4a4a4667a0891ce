import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { LOCK } from "../../src/formats/directory_names.ts";
import { kindOf } from "../../src/formats/plain_file.ts";
import { attempt } from "../../src/formats/system_errors.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import { type Given, parseJSON } from "../../src/schema/mod.ts";
import { statsOf } from "../../tasks/data/file_system.ts";
import { deviationOf, type FoldFigures, meanOf } from "../../tasks/task_model/cross_validation.ts";
import { quoted } from "../invocation.ts";
import { exists } from "../terminal/mod.ts";

/** The file of a cross-validation's figures. */
export const FOLDS_FILE = "folds.json";

const FORMAT = "elman-folds";

/** A cross-validation so far. */
export interface FoldsReport {
  /** The command that began it. */
  readonly command: string;
  /** The given fields of the data, of the model and of its training. */
  readonly given: { readonly plan: Given; readonly model: Given; readonly fit: Given };
  /** The same with those that were chosen to suit the data. Default: a report of an early version lacks them. */
  readonly chosen?: FoldsReport["given"];
  /** The options chosen to suit the data, in one line. Default: none were. */
  readonly suited?: string;
  /** Hash of the data and their division. */
  readonly fingerprint: number;
  /** Number of folds of the whole run. */
  readonly count: number;
  /** The figures of the folds that are finished, in order. */
  readonly folds: readonly FoldFigures[];
  /** Further notes on these folds. Default: none. */
  readonly notes?: readonly Given[];
  /** The name of the models' task. Default: that of the command's first task. */
  readonly task?: string;
}

/** Writes the report, with the means and standard deviations once all folds are finished. */
export async function writeFoldsReport(directory: string, report: FoldsReport): Promise<void> {
  const { folds, count } = report;
  const summary = folds.length === count ? { mean: meanOf(folds), standard_deviation: deviationOf(folds) } : {};
  const json = { format: FORMAT, version: 1, ...report, ...summary };
  await replaceFile(join(directory, FOLDS_FILE), JSON.stringify(json, null, 2) + "\n");
}

/** Reads the report in a directory; undefined if there is none. Throws `SyntaxError` if it is damaged. */
export async function readFoldsReport(directory: string): Promise<FoldsReport | undefined> {
  const path = join(directory, FOLDS_FILE);
  // A directory that cannot be read is reported by whoever reads a model from it.
  if (!await exists(path).catch(() => false)) return undefined;
  const action = `read ${path}`;
  const json = parseJSON(await attempt(action, () => readFile(path, "utf8")), `${action}: expected JSON`);
  const report = json as FoldsReport & { readonly format: unknown; readonly version: unknown } | null;
  if (report?.format !== FORMAT || report.version !== 1 || !isReport(report)) {
    throw new InputSyntaxError(`${action}: expected the report of a cross-validation, found other JSON`);
  }
  const { command, given, chosen, suited, fingerprint, count, folds, notes, task } = report;
  return { command, given, chosen, suited, fingerprint, count, folds, notes, task };
}

function isReport(report: FoldsReport): boolean {
  const { command, given, chosen = given, suited = "", fingerprint, count, folds, notes = [], task = "" } = report;
  const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  const areFields = (value: FoldsReport["given"]): boolean =>
    [value, value?.plan, value?.model, value?.fit].every(isObject);
  const areFigures = (value: FoldFigures): boolean => isObject(value) && Object.values(value).every(Number.isFinite);
  return typeof command === "string" && [given, chosen].every(areFields) && typeof suited === "string" &&
    Number.isSafeInteger(fingerprint) && Number.isSafeInteger(count) && Array.isArray(folds) &&
    folds.length <= count && folds.every(areFigures) && Array.isArray(notes) && notes.every(isObject) &&
    typeof task === "string";
}

/** Throws `RangeError` if a new report cannot have a directory: it is a file, or not empty. */
export async function expectFreshFolder(directory: string): Promise<void> {
  const stats = await statsOf(directory, `--out ${directory}`);
  if (stats === undefined) return;
  const found = stats.isDirectory()
    ? (await readdir(directory)).find((name) => !name.startsWith(".") && name !== LOCK)
    : kindOf(stats);
  if (found === undefined) return;
  const hint = found === FOLDS_FILE ? `; --resume ${quoted(directory)} continues its run` : "";
  throw new InputRangeError(`--out ${directory}: expected a new or empty folder for folds, found ${found}${hint}`);
}
