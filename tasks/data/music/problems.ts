/** Something wrong in a file that a reader counted and read past. */
export interface Problem {
  /** The kind, such as `notes without an end`. */
  readonly kind: string;
  /** How often it occurs. */
  readonly count: number;
  /** Where it occurs first, such as `track 2, tick 960`. */
  readonly first: string;
}

/**
 * Counts what a reader finds wrong.
 *
 * @example
 * ```ts
 * import { ProblemList, scoreToRoll } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const problems = new ProblemList();
 * const notes = [{ pitch: 60, start: 0, duration: 100, velocity: 80 }];
 * scoreToRoll({ tempo: 120, division: 480, tracks: [{ program: 0, notes }] }, { problems });
 * assertEquals(problems.list(), [{ kind: "notes shorter than half a time step", count: 1, first: "track 1, tick 0" }]);
 * ```
 */
export class ProblemList {
  readonly #found = new Map<string, { count: number; readonly first: string }>();

  /** Counts a problem, or several of the same kind. `place` is kept for the first. */
  add(kind: string, place: string, times = 1): void {
    if (times === 0) return;
    const known = this.#found.get(kind);
    if (known) known.count += times;
    else this.#found.set(kind, { count: times, first: place });
  }

  /** Adds the problems of a part, such as a file of a folder or a tune of a book. */
  addAll(problems: readonly Problem[], place: string): void {
    for (const { kind, count, first } of problems) this.add(kind, place === "" ? first : `${place}, ${first}`, count);
  }

  /** Returns the problems in the order in which their kinds were found. */
  list(): Problem[] {
    return Array.from(this.#found, ([kind, { count, first }]) => ({ kind, count, first }));
  }
}

/**
 * Returns problems as a text, such as `notes without an end: 2, the first in track 1, tick 960`. Returns an empty text
 * if there are none.
 *
 * @example
 * ```ts
 * import { describeProblems } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const problems = [{ kind: "notes without an end", count: 2, first: "track 1, tick 960" }];
 * assertEquals(describeProblems(problems), "notes without an end: 2, the first in track 1, tick 960");
 * ```
 */
export function describeProblems(problems: readonly Problem[]): string {
  return problems.map(({ kind, count, first }) => `${kind}: ${count}, ${count === 1 ? "in" : "the first in"} ${first}`)
    .join("; ");
}
