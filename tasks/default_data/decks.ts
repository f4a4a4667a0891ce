// Seeded random choices. This file must not know what is chosen.

import { InputRangeError } from "../../errors.ts";
import { SeededRandom } from "../../tokenizers/random.ts";

/** Deals items in random order, each of them once before any is repeated, so that all are dealt equally often. */
export class Deck<T> {
  readonly #items: readonly T[];
  readonly #chance: Chance;
  #rest: T[] = [];

  /** Throws `RangeError` if there are no items. */
  constructor(items: readonly T[], chance: Chance) {
    if (items.length === 0) throw new InputRangeError("deal items: expected at least one item, found none");
    this.#items = items;
    this.#chance = chance;
  }

  /** Deals the next item. */
  next(): T {
    if (this.#rest.length === 0) this.#rest = this.#chance.shuffle(this.#items);
    return this.#rest.pop()!;
  }

  /** Deals up to `count` distinct items; fewer if the deck has fewer. */
  take(count: number): T[] {
    const taken = new Set<T>();
    while (taken.size < Math.min(count, this.#items.length)) taken.add(this.next());
    return [...taken];
  }
}

/** Random choices that a seed determines. */
export class Chance {
  readonly #random: SeededRandom;

  /** @param seed An integer; only its lowest 32 bits are used. */
  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** Draws a number from 0 to below 1. */
  share(): number {
    return this.#random.next();
  }

  /** Draws an integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }

  /** Draws an integer from `first` to `last`, inclusive. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** Draws one of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** Returns the items in random order, in a new array. */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }
}
