// Runs cases in child processes and finds those that crash, hang or fail.

import type { Counts } from "./run_cases.ts";

/** A case that failed. */
export interface Fault {
  readonly case: number;
  readonly reader?: string;
  readonly fault: string;
}

/** How long a case may take before its process is killed. */
const MAX_SILENCE_MS = 30_000;

const PROGRAM = new URL("run_cases.ts", import.meta.url).href;

/** Runs the cases from `first` to before `last`; those that kill their process are reported, and the rest goes on. */
export async function fuzz(first: number, last: number): Promise<{ faults: Fault[]; counts: Counts[] }> {
  const [faults, counts]: [Fault[], Counts[]] = [[], []];
  let next = first;
  while (next < last) {
    const { reached, error } = await runOnce(next, last, faults, counts);
    if (error === undefined) break;
    faults.push({ case: reached, fault: error });
    next = reached + 1;
  }
  return { faults, counts };
}

async function runOnce(
  first: number,
  last: number,
  faults: Fault[],
  counts: Counts[],
): Promise<{ reached: number; error?: string }> {
  const flags = ["--no-check", "--v8-flags=--max-old-space-size=600", "--allow-read", "--allow-write"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, PROGRAM, String(first), String(last)],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let [reached, isHanging] = [first, false];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      isHanging = true;
      child.kill("SIGKILL");
    }, MAX_SILENCE_MS);
  };
  watch();
  for await (const line of linesOf(child.stdout)) {
    watch();
    if (/^-?\d+$/.test(line)) reached = Number(line);
    else if ("fault" in JSON.parse(line)) faults.push(JSON.parse(line));
    else counts.push(JSON.parse(line));
  }
  clearTimeout(timer);
  const [{ success }, message] = [await child.status, await errors];
  if (success) return { reached };
  return {
    reached,
    error: isHanging ? `took more than ${MAX_SILENCE_MS} ms` : `killed its process: ${message.slice(-1000)}`,
  };
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
