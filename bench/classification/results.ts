import { machine, path, writeResults } from "../support.ts";
import type { Cell } from "./elman.ts";

/** The place of a result. */
export interface Place {
  /** The name of the data set. */
  readonly set: string;
  /** The name of the system. */
  readonly system: string;
  /** The fold, from 1. */
  readonly fold: number;
  /** The seed. */
  readonly seed: number;
}

/** A result and its place. */
export interface Placed extends Place {
  readonly cell: Cell;
}

/** The results that have been measured, by place. */
export class Results {
  /** Remarks on how the results were measured; written into the file by hand. */
  readonly notes: readonly string[];
  #cells: Map<string, Cell>;

  /** Creates results from cells by key. */
  constructor(cells: Readonly<Record<string, Cell>> = {}, notes: readonly string[] = []) {
    this.#cells = new Map(Object.entries(cells));
    this.notes = notes;
  }

  /** Reads the results that have been written. */
  static async read(): Promise<Results> {
    const text = await Deno.readTextFile(path("results/classification.json")).catch(() => '{"cells":{}}');
    const { cells, notes } = JSON.parse(text);
    return new Results(cells, notes);
  }

  /** Returns the result at a place, if there is one. */
  find(place: Place): Cell | undefined {
    return this.#cells.get(keyOf(place));
  }

  /** Adds a result. */
  add(place: Place, cell: Cell): void {
    this.#cells.set(keyOf(place), cell);
  }

  /** Forgets the results at places, so that they are measured again. */
  forget(places: readonly Place[]): void {
    for (const place of places) this.#cells.delete(keyOf(place));
  }

  /** Lists all results. */
  all(): Placed[] {
    return [...this.#cells].map(([key, cell]) => {
      const [set, system, fold, seed] = JSON.parse(key) as [string, string, number, number];
      return { set, system, fold, seed, cell };
    });
  }

  /** Writes the results, and the report on them. */
  async write(report: string): Promise<void> {
    const cells = Object.fromEntries([...this.#cells].sort(([a], [b]) => a < b ? -1 : 1));
    const lines = Object.entries(cells).map(([key, cell]) => `${JSON.stringify(key)}:${JSON.stringify(cell)}`);
    const json = `{"machine":${JSON.stringify(machine())},"notes":${JSON.stringify(this.notes)},"cells":{\n${
      lines.join(",\n")
    }\n}}`;
    await writeResults("classification", { json, md: report });
  }
}

function keyOf({ set, system, fold, seed }: Place): string {
  return JSON.stringify([set, system, fold, seed]);
}
