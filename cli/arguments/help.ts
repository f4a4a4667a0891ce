import type { OptionSpec, OptionSpecs } from "./options.ts";

const WIDEST = 100;
const NARROWEST = 60;
const GAP = "  ";
const NO_BREAK = "\u00a0";

/** The help of a command: what it does, and its options with their defaults, in lines of at most `width` characters. */
export function formatHelp(name: string, summary: string, specs: OptionSpecs, width: number = WIDEST): string {
  const entries = Object.entries(specs).map(([name, spec]) => ({ usage: formatUsage(name, spec), spec }));
  const room = Math.min(WIDEST, Math.max(NARROWEST, width));
  const column = Math.min(Math.floor(room * 0.36), Math.max(0, ...entries.map(({ usage }) => usage.length))) + 4;
  const lines = entries.flatMap(({ usage, spec }) => {
    const help = wrap(describe(spec), room - column);
    const first = GAP + usage;
    const isShort = first.length + GAP.length <= column;
    const head = isShort ? [first.padEnd(column) + help.shift()] : [first];
    return [...head, ...help.map((line) => " ".repeat(column) + line)];
  });
  return [...wrap(`${name}: ${summary}`, room), "", "Options:", ...lines, ""].join("\n");
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
