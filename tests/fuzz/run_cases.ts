// Runs cases in a process of its own, which a damaged input may crash or hang: `run_cases.ts FIRST LAST`. Cases below 0
// are past failures. Writes the number of each case before it runs, a line of JSON for each fault, and a line of JSON
// with counts at the end.

import { isInputError } from "../../errors.ts";
import { seededRandom } from "../support/random.ts";
import { PAST_FAILURES } from "./past_failures.ts";
import type { Reader } from "./reader.ts";
import { allReaders } from "./readers.ts";

/** The most that a case may take, beside what it may take for its size. */
const MAX_MS = 2000;
const MAX_MEBIBYTES = 256;
const MAX_MESSAGE = 1003;

/** The results of a number of cases. */
export interface Counts {
  cases: number;
  refused: number;
  /** The case that took longest. */
  slowest: { reader: string; ms: number; bytes: number };
  /** The case after which the process had grown most. */
  largest: { reader: string; mebibytes: number; bytes: number };
}

const [first, last] = Deno.args.map(Number);
const readers = await allReaders();
const directory = Deno.makeTempDirSync();
const counts: Counts = {
  cases: 0,
  refused: 0,
  slowest: { reader: "", ms: 0, bytes: 0 },
  largest: { reader: "", mebibytes: 0, bytes: 0 },
};

try {
  for (let index = first; index < last; index++) {
    const [reader, input] = caseOf(index);
    write(String(index));
    const fault = await run(reader, input(), index);
    if (fault !== undefined) write(JSON.stringify({ case: index, reader: reader.name, fault }));
  }
  write(JSON.stringify(counts));
} finally {
  Deno.removeSync(directory, { recursive: true });
}

/** Returns a case's reader and input. */
function caseOf(index: number): [Reader, () => Uint8Array<ArrayBuffer>] {
  if (index >= 0) {
    const reader = readers[index % readers.length];
    return [reader, () => reader.damage(seededRandom(index))];
  }
  const { reader, input } = PAST_FAILURES.at(index)!;
  return [readers.find(({ name }) => name === reader)!, input];
}

function write(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Runs a case and returns what is wrong with it. */
async function run(reader: Reader, bytes: Uint8Array<ArrayBuffer>, index: number): Promise<string | undefined> {
  const path = `${directory}/${index}${reader.ending ?? ""}`;
  Deno.writeFileSync(path, bytes);
  const [start, before] = [performance.now(), Deno.memoryUsage().rss];
  let fault: string | undefined;
  try {
    await reader.read(bytes, path);
    if (index < 0) fault = `read what is refused: ${PAST_FAILURES.at(index)!.what}`;
  } catch (error) {
    counts.refused++;
    fault = wrongRefusal(error);
  }
  const ms = performance.now() - start;
  const mebibytes = (Deno.memoryUsage().rss - before) / 2 ** 20;
  Deno.removeSync(path);
  counts.cases++;
  if (ms > counts.slowest.ms) counts.slowest = { reader: reader.name, ms: Math.round(ms), bytes: bytes.length };
  if (mebibytes > counts.largest.mebibytes) {
    counts.largest = { reader: reader.name, mebibytes: Math.round(mebibytes), bytes: bytes.length };
  }
  if (ms > MAX_MS) return `took ${Math.round(ms)} ms for ${bytes.length} bytes`;
  if (mebibytes > MAX_MEBIBYTES) return `took ${Math.round(mebibytes)} MiB for ${bytes.length} bytes`;
  return fault;
}

/** Returns what is wrong with an error: it must tell people about their file, in one short line. */
function wrongRefusal(error: unknown): string | undefined {
  const { message, stack } = error as Error;
  if (!isInputError(error)) return `an internal error: ${stack}`;
  if (message.length > MAX_MESSAGE) return `a message of ${message.length} characters: ${message.slice(0, 100)}`;
  if (!message.includes(":")) return `a message without an action: ${message}`;
  return undefined;
}
