/**
 * Helpers shared by the benchmarks: statistics, measurements in separate processes, tables and result files. It knows
 * nothing about what is measured.
 */

/** Summary of several measurements. */
export interface Spread {
  /** The median. */
  readonly median: number;
  /** The minimum. */
  readonly min: number;
  /** The maximum. */
  readonly max: number;
}

/** Returns the path of a file in this folder. */
export function path(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}

/** Returns the median. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Returns the median, the minimum and the maximum. */
export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Returns the milliseconds of each of `runs` calls, after `warmUp` unmeasured ones. */
export function time(body: () => void, { runs, warmUp }: { runs: number; warmUp: number }): number[] {
  for (let i = 0; i < warmUp; i++) body();
  return Array.from({ length: runs }, () => {
    const start = performance.now();
    body();
    return performance.now() - start;
  });
}

/** Minimum duration and number of calls of `steady`, before it measures and while it does. */
const WARM_UP = { seconds: 0.5, runs: 2 };
const MEASURED = { seconds: 1.5, runs: 5 };

/** Returns the milliseconds of each call in the steady state, measured for at least 1.5 seconds and five calls. */
export function steady(body: () => void): number[] {
  timeFor(body, WARM_UP);
  return timeFor(body, MEASURED);
}

function timeFor(body: () => void, { seconds, runs }: { seconds: number; runs: number }): number[] {
  const times: number[] = [];
  const end = performance.now() + seconds * 1e3;
  while (times.length < runs || performance.now() < end) times.push(...time(body, { runs: 1, warmUp: 0 }));
  return times;
}

/** Options of `runJSON`. */
export interface RunOptions {
  /** The program's directory. */
  readonly cwd?: string;
  /** Minutes after which the program is ended. Default: 60. */
  readonly minutes?: number;
}

/**
 * Runs a program and parses the last line of its output as JSON. Throws `RangeError` with one line of its errors if it
 * fails.
 */
export async function runJSON<T>(command: readonly string[], options: RunOptions = {}): Promise<T> {
  return JSON.parse((await runLines(command, options)).at(-1)!);
}

/** Runs a program and returns the lines of its output. Throws `RangeError` with one line of its errors if it fails. */
export async function runLines(
  command: readonly string[],
  { cwd, minutes = 60 }: RunOptions = {},
): Promise<string[]> {
  const [program, ...args] = command;
  const signal = AbortSignal.timeout(minutes * 60e3);
  let result: Deno.CommandOutput;
  try {
    result = await new Deno.Command(program, { args, cwd, signal, env: { NO_COLOR: "1" } }).output();
  } catch (error) {
    throw new RangeError(`run ${program}: ${(error as Error).message.split("\n")[0]}`);
  }
  if (signal.aborted) throw new RangeError(`run ${program}: expected an end within ${minutes} minutes`);
  const lines = (bytes: Uint8Array): string[] => new TextDecoder().decode(bytes).trim().split("\n");
  if (!result.success) {
    const errors = lines(result.stderr);
    const error = errors.find((line) => /^\w*error:/i.test(line)) ?? errors.at(-1)!;
    throw new RangeError(`run ${program}: ${error.replace(/^error: (?:Uncaught )?(?:\(in promise\) )?/, "").trim()}`);
  }
  return lines(result.stdout);
}

/** Returns the command that runs a script of this folder in its own process. */
export function denoCommand(script: string, permissions: readonly string[], ...args: readonly string[]): string[] {
  return [Deno.execPath(), "run", "--quiet", ...permissions, path(script), ...args];
}

/**
 * Returns the peak memory of this process, on Linux only. Deno cannot read it directly, so this needs permission to run
 * `cat`.
 */
export async function peakBytes(): Promise<number | null> {
  if (Deno.build.os !== "linux") return null;
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${Deno.pid}/status`] }).output();
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(new TextDecoder().decode(stdout)) ?? [];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
}

/** Calls `body` with a new folder, which is removed after that. */
export async function inTempFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Describes the machine that runs the measurement. */
export function machine(): Record<string, string | number> {
  const { os, arch } = Deno.build;
  return { os, arch, cores: navigator.hardwareConcurrency, deno: Deno.version.deno, v8: Deno.version.v8 };
}

/**
 * Formats a Markdown table with numeric columns after the first. Columns of dashes are omitted; if no others remain,
 * the result is empty.
 */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = headings.map((_, i) => i).filter((i) => i === 0 || rows.some((row) => row[i] !== "-"));
  if (kept.length === 1) return "";
  const all = [headings, ...rows].map((row) => kept.map((i) => row[i]));
  const widths = kept.map((_, i) => Math.max(3, ...all.map((row) => row[i].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(" | ")} |`;
  const rule = widths.map((width, i) => i === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":");
  return [line(all[0]), `| ${rule.join(" | ")} |`, ...all.slice(1).map(line)].join("\n");
}

/** Joins tables under their titles, omitting empty ones. */
export function sections(parts: readonly (readonly [title: string, table: string])[]): string {
  return parts.filter(([, table]) => table !== "").map((part) => part.join("\n\n")).join("\n\n");
}

/** Formats a number with thousands separators, or as a dash. */
export function format(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "-";
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Formats a fraction as a percentage, or as a dash. */
export function percent(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? "-" : `${format(100 * value)} %`;
}

/** Writes `results/NAME.EXTENSION` for each text. */
export async function writeResults(name: string, texts: Readonly<Record<string, string>>): Promise<void> {
  await Deno.mkdir(path("results"), { recursive: true });
  for (const [extension, text] of Object.entries(texts)) {
    await Deno.writeTextFile(path(`results/${name}.${extension}`), text.trimEnd() + "\n");
  }
}
