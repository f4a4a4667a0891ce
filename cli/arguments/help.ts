import { wrapWords } from "../terminal/wrap_words.ts";
import { OPTION_GROUPS, type OptionSpec, type OptionSpecs } from "./options.ts";

const MAX_WIDTH = 100;
const MIN_WIDTH = 60;
const GAP = "  ";
const NO_BREAK = "\u00a0";

/** An option or a command, and its description. */
type Entry = readonly [name: string, meaning: string];

/** The contents of the help of a command. */
export interface Help {
  /** The command line in general, such as `elman generate [OPTIONS] [PROMPT]`. */
  readonly usage: string;
  /** Description in one sentence. */
  readonly summary: string;
  /** A remark on the options. Default: none. */
  readonly note?: string;
  /** The options it accepts. */
  readonly options: OptionSpecs;
  /** Example command lines. Default: none. */
  readonly examples?: readonly string[];
}

/**
 * Formats the help of a command: its summary, its usage, its options by group with their defaults, and examples. Lines
 * have at most `width` characters.
 */
export function formatHelp(
  { usage, summary, note, options, examples = [] }: Help,
  width: number = MAX_WIDTH,
): string {
  const room = roomIn(width);
  const groups = groupsOf(options);
  const column = columnOf(groups.flatMap(({ entries }) => entries), room);
  return [
    ...wrap(summary, room),
    "",
    ...formatCommandLine(`Usage: ${usage}`, room),
    "",
    ...note === undefined ? [] : [...wrap(note, room), ""],
    ...groups.flatMap(({ title, entries }) => [`${title}:`, ...formatEntries(entries, column, room), ""]),
    ...examples.length === 0
      ? []
      : ["Examples:", ...examples.flatMap((example) => formatCommandLine(GAP + example, room)), ""],
  ].join("\n");
}

/** Formats the overview of all commands. */
export function formatOverview(
  { title, usage, commands }: {
    readonly title: string;
    readonly usage: string;
    readonly commands: readonly { readonly name: string; readonly summary: string }[];
  },
  width: number,
): string {
  const room = roomIn(width);
  const entries = commands.map(({ name, summary }): Entry => [name, summary]);
  return [
    title,
    "",
    ...formatCommandLine(`Usage: ${usage}`, room),
    "",
    "Commands:",
    ...formatEntries(entries, columnOf(entries, room), room),
    "",
    ...wrap("`COMMAND --help` shows a command's options, `--version` the version.", room),
  ].join("\n");
}

function roomIn(width: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width));
}

/** The options under one heading. */
interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Sorts options into their groups, those without a group first. Returns one empty group if there are no options. */
function groupsOf(specs: OptionSpecs): Group[] {
  const titles = [undefined, ...OPTION_GROUPS].map((group): Group => ({
    title: group === undefined ? "Options" : group[0].toUpperCase() + group.slice(1),
    entries: Object.entries(specs).filter(([, spec]) => spec.group === group && !spec.isHidden).map(([name, spec]) => [
      formatUsage(name, spec),
      describe(spec),
    ]),
  }));
  const groups = titles.filter(({ entries }) => entries.length > 0);
  return groups.length > 0 ? groups : [{ title: "Options", entries: [] }];
}

/** Returns the column at which descriptions begin: after the widest name of at most about a third of the width. */
function columnOf(entries: readonly Entry[], room: number): number {
  const widths = entries.map(([name]) => name.length).filter((width) => width <= room * 0.3);
  return Math.max(0, ...widths) + 2 * GAP.length;
}

function formatEntries(entries: readonly Entry[], column: number, room: number): string[] {
  return entries.flatMap(([name, meaning]) => {
    const lines = wrap(meaning, room - column);
    const first = GAP + name;
    const isShort = first.length + GAP.length <= column;
    const head = isShort ? [first.padEnd(column) + lines.shift()] : [first];
    return [...head, ...lines.map((line) => " ".repeat(column) + line)];
  });
}

function formatUsage(name: string, spec: OptionSpec): string {
  if (spec.kind === "boolean") return `--${name}`;
  const value = spec.value ??
    (spec.choices ? spec.choices.join("|") : spec.kind === "integer" ? "N" : spec.kind === "number" ? "X" : "TEXT");
  return `--${name} ${value}`;
}

function describe({ help, default: value }: OptionSpec): string {
  return value === undefined ? help : `${help} (default:${NO_BREAK}${value})`;
}

/** An option with its value, an operator with its file, or a word; quotes may enclose spaces. */
const SHELL_WORDS = /(?:(?:--[\w-]+|[<>|]) (?![-<>|]))?(?:[^\s"]|"[^"]*")+/g;

/** Wraps a command line with backslashes, so that the lines can still be pasted into a shell. */
function formatCommandLine(line: string, width: number): string[] {
  const [indent] = /^ */.exec(line)!;
  const lines = [""];
  for (const words of line.match(SHELL_WORDS) ?? []) {
    const last = lines[lines.length - 1];
    if (last === "") lines[0] = indent + words;
    else if (last.length + 1 + words.length + " \\".length <= width) lines[lines.length - 1] = `${last} ${words}`;
    else lines.push(indent + GAP + words);
  }
  return lines.map((part, i) => i < lines.length - 1 ? `${part} \\` : part);
}

/** Breaks a text into lines of at most `width` characters, except at spaces of no break. */
function wrap(text: string, width: number): string[] {
  return wrapWords(text, width).map((line) => line.replaceAll(NO_BREAK, " "));
}
