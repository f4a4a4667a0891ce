import { InputRangeError } from "../../errors.ts";
import { checkValue, custom, type Field, integer, number, parseJSON, type Schema } from "../../src/schema/mod.ts";
import type { Rung } from "./rungs.ts";
import type { Figures, Trial } from "./search.ts";
import type { RunFields } from "./space.ts";

/** The state of a search, as stored in `tuning.json`. */
export interface TuningRecord {
  /** The command that began the search. */
  readonly command: string;
  /** The minutes of the search and of the training that follows it. */
  readonly minutes: number;
  /** The given fields; a command with others begins another search. */
  readonly given: RunFields;
  /** Hash of the data. */
  readonly fingerprint: number;
  /** Seconds used so far. */
  readonly seconds: number;
  /** The expected time of one epoch of the default configuration, in seconds. */
  readonly secondsPerEpoch: number;
  /** The rounds. */
  readonly rungs: readonly Rung[];
  /** The changes of each candidate to the given fields; the first has none. */
  readonly candidates: readonly RunFields[];
  /** The finished trials. */
  readonly trials: readonly Trial[];
  /** Index of the chosen candidate; null while the search goes on. */
  readonly chosen: number | null;
  /** The mean figures of the chosen candidate; null before or without any. */
  readonly figures: Figures | null;
  /** The changes to the given fields in the training that follows the search. Default: they are not known yet. */
  readonly last?: RunFields;
  /** Whether the training that follows the search has ended. */
  readonly isFinished: boolean;
}

const [FORMAT, VERSION] = ["elman-tuning", 1];

const SCHEMA: Schema<TuningRecord> = {
  command: { kind: "string", help: "The command." },
  minutes: number({ above: 0, help: "The minutes." }),
  given: custom({ help: "The given fields.", check: (value) => isObject(value) ? undefined : "an object" }),
  fingerprint: integer({ min: 0, help: "Hash of the data." }),
  seconds: number({ min: 0, help: "Seconds used." }),
  secondsPerEpoch: number({ above: 0, help: "Seconds of an epoch." }),
  rungs: listOf("The rounds.", isRung),
  candidates: listOf("The candidates.", isObject),
  trials: listOf("The trials.", isTrial),
  chosen: { ...integer({ min: 0, help: "The chosen candidate." }), isNullable: true },
  figures: custom({
    help: "The figures of the chosen candidate.",
    check: (value) => value === null || isFigures(value) ? undefined : "figures or null",
  }),
  last: custom({
    help: "The changes to the given fields in the last training.",
    check: (value) => value === undefined || isObject(value) ? undefined : "an object",
  }),
  isFinished: { kind: "boolean", help: "Whether the training has ended." },
};

/** Writes a record as JSON. */
export function writeRecord(record: TuningRecord): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, ...record }, null, 2) + "\n";
}

/** Reads what `writeRecord` wrote. Throws `RangeError` or `SyntaxError`, naming the source, if it is damaged. */
export function readRecord(text: string, source: string): TuningRecord {
  const action = `read ${source}`;
  const json = parseJSON(text, `${action}: expected JSON`);
  const { format, version, ...record } = (isObject(json) ? json : {}) as Record<string, unknown>;
  if (format !== FORMAT || version !== VERSION) {
    throw new InputRangeError(`${action}: expected the record of a search of version ${VERSION}, found other JSON`);
  }
  for (const [name, field] of Object.entries(SCHEMA)) checkValue(field, record[name], action, name);
  const found = record as unknown as TuningRecord;
  const { candidates, trials, chosen } = found;
  const last = Math.max(chosen ?? 0, ...trials.map(({ candidate }) => candidate));
  if (last < candidates.length) return found;
  throw new InputRangeError(`${action}: expected at least ${last + 1} candidates, found ${candidates.length}`);
}

function listOf(help: string, isEntry: (entry: unknown) => boolean): Field<never> {
  const check = (value: unknown) => Array.isArray(value) && value.every(isEntry) ? undefined : "a list of such entries";
  return custom<never>({ help, check });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRung(value: unknown): boolean {
  const { epochs, share, seed } = (isObject(value) ? value : {}) as Partial<Rung>;
  return Number.isSafeInteger(epochs) && epochs! > 0 && isPositive(share) && Number.isSafeInteger(seed) && seed! >= 0;
}

function isTrial(value: unknown): boolean {
  const { candidate, figures, seconds, preparation = 0 } = (isObject(value) ? value : {}) as Partial<Trial>;
  const isIndex = Number.isSafeInteger(candidate) && candidate! >= 0;
  const isTimed = [seconds, preparation].every((time) => isPositive(time) || time === 0);
  return isRung(value) && isIndex && (figures === null || isFigures(figures)) && isTimed;
}

function isFigures(value: unknown): boolean {
  const { objective, loss } = (isObject(value) ? value : {}) as Partial<Figures>;
  return Number.isFinite(objective) && Number.isFinite(loss);
}

function isPositive(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) > 0;
}
