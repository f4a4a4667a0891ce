import { readFile } from "node:fs/promises";
import { codeOf } from "../../src/formats/system_errors.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import { readRecord, type RunFields, type TuningRecord, writeRecord } from "../../tasks/tuning/mod.ts";
import { exists } from "../terminal/mod.ts";
import { TUNING } from "../training/mod.ts";

/** The record of a search, in the directory of its model. */
export class TuningState {
  #path: string;
  #start: number;
  #record: TuningRecord | undefined;
  #saving: Promise<unknown> = Promise.resolve();

  /** `start` is the time at which the search began, without the time between its sessions. */
  constructor(directory: string, start: number) {
    this.#path = `${directory}/${TUNING}`;
    this.#start = start;
  }

  /** The record; undefined before the first change. */
  get record(): TuningRecord | undefined {
    return this.#record;
  }

  /** Seconds of all sessions. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1e3;
  }

  /** Saves the record, with the seconds so far. */
  async change(record: TuningRecord): Promise<void> {
    const own = this.#record = { ...record, seconds: this.seconds };
    // Several trainings may end at once; the record of the last one is to be written last.
    const saving = this.#saving.then(() => replaceFile(this.#path, writeRecord(own)));
    this.#saving = saving.catch(() => {});
    await saving;
  }
}

/** The properties by which a search is recognized. */
interface OwnSearch {
  readonly command: string;
  readonly given: RunFields;
  readonly fingerprint: number;
}

/** Reads the unfinished record of the same search; undefined if there is none. */
export async function readOwn(
  directory: string,
  { command, given, fingerprint }: OwnSearch,
): Promise<TuningRecord | undefined> {
  const path = `${directory}/${TUNING}`;
  const text = await readFile(path, "utf8").catch((error) => {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const record = readRecord(text, path);
  const isSame = record.command === command && record.fingerprint === fingerprint &&
    JSON.stringify(record.given) === JSON.stringify(given);
  // A model without a choice comes from another run.
  const isOther = record.chosen === null && await exists(`${directory}/config.json`);
  return isSame && !record.isFinished && !isOther ? record : undefined;
}
