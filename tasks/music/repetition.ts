import type { Notation } from "./notations/mod.ts";
import type { Draft } from "./piece_sampler.ts";

/**
 * Forbids the token that would make a bar, or a time step, once more the same as the ones before it.
 */
export class RepetitionLimit {
  #most: number;
  #notation: Pick<Notation, "endsStep" | "isPosition">;

  /** At most `most` equal ones follow each other. */
  constructor(most: number, notation: Pick<Notation, "endsStep" | "isPosition">) {
    this.#most = most;
    this.#notation = notation;
  }

  /** Sets `allowed[id]` to 0 for that token, unless no other is possible. */
  restrict({ ids }: Draft, allowed: Uint8Array): void {
    const parts = this.#lastParts(ids);
    const [own, last] = [parts.at(-1)!, parts.at(-2)];
    if (parts.length <= this.#most || last === undefined) return;
    const isEqual = parts.slice(-1 - this.#most, -1).every((part) => sameIds(part, last));
    // The token before the end decides, since a full bar must end; an empty step has only its end.
    if (!isEqual || own.length !== Math.max(0, last.length - 1) || !sameIds(own, last.slice(0, -1))) return;
    const isLast = (id: number): boolean => last.length === 0 ? this.#notation.endsStep(id) : id === last.at(-1);
    if (!allowed.some((value, id) => value === 1 && !isLast(id))) return;
    for (const id of allowed.keys()) if (isLast(id)) allowed[id] = 0;
  }

  /** Returns the last parts without their ends, as many as are needed; the last of them is not complete. */
  #lastParts(ids: readonly number[]): number[][] {
    const parts: number[][] = [];
    let end = ids.length;
    for (let i = ids.length - 1; i >= -1 && parts.length <= this.#most; i--) {
      if (i >= 0 && !this.#notation.endsStep(ids[i])) continue;
      parts.unshift(ids.slice(i + 1, end).filter((id) => !this.#notation.isPosition(id)));
      end = i;
    }
    return parts;
  }
}

function sameIds(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
