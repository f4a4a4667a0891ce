// Runs external programs that may not be installed, such as runtimes and browsers.

import { assert } from "@std/assert";

/** Thrown if a test needs a program that is not installed. */
export class Missing extends RangeError {}

/** Options of how to run a program. */
export interface OutputOptions {
  /** Working directory. Default: that of this process. */
  readonly cwd?: string;
  /** Timeout in seconds. Default: 60. */
  readonly seconds?: number;
}

/** Runs a program and returns its output. */
export async function output(
  program: string,
  args: string[],
  { cwd, seconds = 60 }: OutputOptions = {},
): Promise<string> {
  const options = { args, cwd, signal: AbortSignal.timeout(seconds * 1e3), env: { NO_COLOR: "1" } };
  const command = new Deno.Command(program, options);
  const { code, signal, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (code !== 0) throw new RangeError(`run ${program}: expected exit code 0, found ${signal ?? code} ${text(stderr)}`);
  return text(stdout);
}

/** Returns the first of some programs that can be run, with its version. */
export async function find(names: readonly string[], option: string): Promise<{ program: string; version: string }> {
  for (const program of names) {
    try {
      const [version] = (await output(program, ["--version"])).match(/\d+[\d.]+/) ?? [];
      if (version) return { program, version };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new Missing(`no ${names.join(", ")} found; name it with --${option} PATH`);
}

/**
 * Opens a page in a headless browser and returns its report. Throws `RangeError` if no report arrives within a minute.
 */
export async function browse(
  program: string,
  url: string,
  directory: string,
  report: Promise<string>,
): Promise<string> {
  const quiet = ["--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
  const args = ["--headless=new", "--no-sandbox", `--user-data-dir=${directory}/profile`, ...quiet, url];
  const child = new Deno.Command(program, { args, stdout: "null", stderr: "null" }).spawn();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new RangeError(`open ${url}: expected a report, found none`)), 60_000);
  try {
    return await Promise.race([report, promise]);
  } finally {
    clearTimeout(timer);
    child.kill("SIGTERM");
    await child.status;
  }
}

/** Runs a test and prints the result. Returns whether it failed. */
export async function failed(name: string, test: () => Promise<string>): Promise<boolean> {
  try {
    console.log(`${name}: ok (${await test()})`);
    return false;
  } catch (error) {
    assert(error instanceof Error);
    console.log(`${name}: ${error instanceof Missing ? "skipped" : "FAILED"}: ${error.message}`);
    return !(error instanceof Missing);
  }
}
