import { InputRangeError } from "../../errors.ts";
import { semitonesBetween } from "../data/music/abc/mod.ts";
import { readKey } from "../data/music/keys.ts";

/** How a beginning comes to be in a key. */
export interface KeyChange<T> {
  /** The key of the beginning. */
  readonly own: string;
  /** The key that is asked for. */
  readonly key: string;
  /** Returns the beginning some semitones higher; undefined if that is impossible. */
  readonly move: (semitones: number) => T | undefined;
}

/**
 * Returns a beginning in the key that is asked for: moved to the nearest one, or with its notes as they are if both
 * keys have the same signature. Throws `RangeError` if their modes differ otherwise, or it cannot be moved.
 */
export function movedToKey<T>(beginning: T, { own, key, move }: KeyChange<T>): T {
  const [from, to] = [readKey(own), readKey(key)];
  if (from.fifths === to.fifths) return beginning;
  const moved = from.mode === to.mode ? move(semitonesBetween(from, to)) : undefined;
  if (moved !== undefined) return moved;
  throw new InputRangeError(`compose: expected a beginning that can be moved to ${key}, found one in ${own}`);
}
