import { OPTION_GROUPS, type OptionSpec, type OptionSpecs } from "./options.ts";

const WIDEST = 100;
const NARROWEST = 60;
const GAP = "  ";
const NO_BREAK = "\u00a0";

/** A name and what it means. */
type Entry = readonly [name: string, meaning: string];

/**
 * The help of a command: what it does, its options with their defaults in their groups, and examples, in lines of at most `width` characters but
 * for the examples, which are not broken.
 */
export function formatHelp(
  name: string,
  summary: string,
  specs: OptionSpecs,
  width: number = WIDEST,
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

/** The help of all commands: what each does. */
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
    ...wrap("`COMMAND --help` tells a command's options, and `--version` the version.", room),
  ].join("\n");
}

function roomIn(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, width));
}

/** Options of one group. */
interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** The options by group; those of none come first, and stand alone where there are none at all. */
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

/** Where meanings begin: after the widest name, but not too far to the right. */
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

/** Breaks words into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines.map((line) => line.replaceAll(NO_BREAK, " "));
}
