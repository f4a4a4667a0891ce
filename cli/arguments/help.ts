import { OPTION_GROUPS, type OptionSpec, type OptionSpecs } from "./options.ts";

const MAX_WIDTH = 100;
const MIN_WIDTH = 60;
const GAP = "  ";
const NO_BREAK = "\u00a0";

/** An option or a command, and its description. */
type Entry = readonly [name: string, meaning: string];

/**
 * Formats the help of a command: its summary, its options by group with their defaults, and examples. Lines have at
 * most `width` characters, except for the examples, which are never wrapped.
 */
export function formatHelp(
  name: string,
  summary: string,
  specs: OptionSpecs,
  width: number = MAX_WIDTH,
  examples: readonly string[] = [],
): string {
  const room = roomIn(width);
  const groups = groupsOf(specs);
  const column = columnOf(groups.flatMap(({ entries }) => entries), room);
  return [
    ...wrap(`${name}: ${summary}`, room),
    "",
    ...groups.flatMap(({ title, entries }) => [`${title}:`, ...formatEntries(entries, column, room), ""]),
    ...examples.length === 0 ? [] : ["Examples:", ...examples.map((example) => GAP + example), ""],
  ].join("\n");
}

/** Formats the overview of all commands. */
export function formatOverview(
  title: string,
  commands: readonly { readonly name: string; readonly summary: string }[],
  width: number,
): string {
  const room = roomIn(width);
  const entries = commands.map(({ name, summary }): Entry => [name, summary]);
  return [
    title,
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

/** Returns the column at which descriptions begin: after the widest name, but at most at about a third of the width. */
function columnOf(entries: readonly Entry[], room: number): number {
  return Math.min(Math.floor(room * 0.36), Math.max(0, ...entries.map(([name]) => name.length))) + 2 * GAP.length;
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

/** Wraps text into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line) => line.replaceAll(NO_BREAK, " "));
}
