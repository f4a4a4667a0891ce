import type { Given } from "../../src/schema/mod.ts";
import type { RunFacts } from "./run_facts.ts";

/** Lists values that are set: `cell lstm, hidden 256`. */
export function listValues(values: Given): string {
  return Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== false)
    .map(([name, value]) => value === true ? name : `${name} ${formatValue(value)}`).join(", ");
}

/** Lists the best validation figures with their epoch, after whose end they come unless it was cut short. */
export function describeBest({ best, bestEpoch, epochs }: Pick<RunFacts, "best" | "bestEpoch" | "epochs">): string {
  const place = bestEpoch === undefined ? "" : `, ${bestEpoch > epochs ? "in" : "after"} epoch ${bestEpoch}`;
  return best === undefined ? "" : listValues(best) + place;
}

/** Formats a value of a configuration or a setting; long lists are cut. */
export function formatValue(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const text = Array.isArray(value)
    ? value.map(formatValue).join(" ")
    : typeof value === "string"
    ? value
    : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** Formats a size: "1.4 MiB". */
export function formatBytes(bytes: number): string {
  const [unit, size] = bytes >= 2 ** 20
    ? ["MiB", bytes / 2 ** 20]
    : bytes >= 2 ** 10
    ? ["KiB", bytes / 2 ** 10]
    : ["B", bytes];
  return `${unit === "B" ? size : size.toFixed(1)} ${unit}`;
}
