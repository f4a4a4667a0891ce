import type { OptionSpec, OptionSpecs } from "./options.ts";

const WIDTH = 100;

function left(name: string, spec: OptionSpec): string {
  if (spec.kind === "boolean") return `--${name}`;
  const value = spec.value ??
    (spec.choices ? spec.choices.join("|") : spec.kind === "integer" ? "N" : spec.kind === "number" ? "X" : "TEXT");
  return `--${name} ${value}`;
}

/** Breaks words into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

/** The help of a command: what it does, and its options with their defaults. */
export function formatHelp(name: string, summary: string, specs: OptionSpecs): string {
  const entries = Object.entries(specs).map(([name, spec]) => [left(name, spec), spec] as const);
  const column = 2 + Math.min(34, Math.max(...entries.map(([text]) => text.length))) + 2;
  const lines = entries.flatMap(([text, spec]) => {
    const help = wrap(spec.help + (spec.default ? ` (default: ${spec.default})` : ""), WIDTH - column);
    const first = `  ${text}`;
    const head = first.length + 2 > column ? [first, " ".repeat(column) + help[0]] : [first.padEnd(column) + help[0]];
    return [...head, ...help.slice(1).map((line) => " ".repeat(column) + line)];
  });
  return [`${name}: ${summary}`, "", "Options:", ...lines, ""].join("\n");
}
