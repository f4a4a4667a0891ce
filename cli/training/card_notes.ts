import { basename } from "node:path";
import { type Given, optionName } from "../../src/schema/mod.ts";
import { agrees, type Fields } from "../arguments/mod.ts";
import { quotedForShell } from "../invocation.ts";

/** The facts about a run from which the notes for its model's card are made. */
interface CardFacts {
  /** The command's name. */
  readonly command: string;
  /** The declarations of all fields. */
  readonly fields: Fields;
  /** The fields that were given, or that a preset or the data chose; others are left out. */
  readonly given: Given;
  /** The numbers that matrix products multiply. Default: "float32". */
  readonly precision?: string;
  /** The model and its data in one line. */
  readonly introduction: string;
}

/**
 * Returns what a model's card says about the run that trained it. The command has every option that determines the
 * model's numbers, and none of those that concern only this run, such as its directory, or that others exclude.
 */
export function cardNotes(facts: CardFacts): Given {
  const { command, fields, given, precision } = facts;
  const known = Object.entries(given).filter(([name]) => Object.hasOwn(fields, name) && agrees(fields[name], given));
  const options = known.map(([name, value]) => optionsOf(fields, name, value));
  const line = ["elman", command, ...options.flat(), ...precisionWords(precision)].join(" ");
  return { data: describeData(facts), ...options.every((words) => words !== undefined) && { command: line } };
}

/** The words that ask for products of other numbers than the usual ones. */
export function precisionWords(precision: string | undefined): string[] {
  return precision === undefined || precision === "float32" ? [] : ["--precision", precision];
}

/** Describes the data by the names of their files, if there are any, and the size at the end of the introduction. */
function describeData({ fields, given, introduction }: CardFacts): string {
  const isData = (name: string): boolean => fields[name]?.kind === "path" && fields[name].isFree === true;
  const paths = Object.entries(given).flatMap(([name, value]) => isData(name) ? value as string | string[] : []);
  const size = / on (\d.*)$/.exec(introduction)?.[1] ?? introduction;
  return [...paths.length > 0 ? [paths.map((path) => basename(path)).join(", ")] : [], size].join(": ");
}

/** Returns the words that give a field its value; undefined if no words do. */
function optionsOf(fields: Fields, name: string, value: unknown): string[] | undefined {
  const field = fields[name];
  if (value === undefined || value === null) return [];
  if (value === false) return field.off ? [`--${field.off.option}`] : [];
  const option = optionName(name, field);
  if (option === false) return [];
  if (value === true) return [`--${option}`];
  const values = Array.isArray(value) && field.isRepeatable ? value : [Array.isArray(value) ? value.join() : value];
  const words = values.map((value) => wordOf(value));
  return words.some((word) => word === undefined) ? undefined : words.flatMap((word) => [`--${option}`, word!]);
}

/**
 * Returns a value as a word for a POSIX shell, whichever this system has, since others read the card; undefined if it
 * is neither a text nor a number, or has several lines.
 */
function wordOf(value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value);
  if (/[\r\n]/.test(text)) return undefined;
  return quotedForShell(text);
}
