import { InputRangeError } from "../../../../errors.ts";

/** An extent of a graph: a factor times sizes that the caller chooses; without sizes, a fixed number. */
export interface Extent {
  /** The factor. */
  readonly factor: number;
  /** The names of the sizes. */
  readonly symbols: readonly string[];
}

/** Returns whether two extents are the same. */
export function isSameExtent(a: Extent, b: Extent): boolean {
  return a.factor === b.factor && a.symbols.join() === b.symbols.join();
}

/** Formats an extent as the name of a dimension, such as `2*batch`. */
export function formatExtent({ factor, symbols }: Extent): string {
  return [...factor === 1 && symbols.length > 0 ? [] : [factor], ...symbols].join("*");
}

/**
 * The sizes of several traced runs. A number that follows from sizes, such as an extent, differs from run to run, and
 * no two products of sizes differ alike: this finds which product it is. So a graph never has a traced size in it.
 */
export class Sizes {
  #vectors = new Map<string, readonly number[]>();

  /** Whether there is a size of a name. */
  has(name: string): boolean {
    return this.#vectors.has(name);
  }

  /** Adds a size by its values in the runs. */
  add(name: string, vector: readonly number[]): void {
    const other = [...this.#vectors].find(([, own]) => isMultiple(own, vector) || isMultiple(vector, own));
    if (other) {
      throw new InputRangeError(
        `trace a graph: expected ${name} to differ from ${other[0]} otherwise than by a factor, found ${vector}`,
      );
    }
    this.#vectors.set(name, vector);
  }

  /** Returns which extent has these values in the runs. Throws `RangeError` if there is none. */
  extentOf(vector: readonly number[], what: string): Extent {
    for (const symbols of subsets([...this.#vectors.keys()])) {
      const product = vector.map((_, run) =>
        symbols.reduce((product, name) => product * this.#vectors.get(name)![run], 1)
      );
      const factor = vector[0] / product[0];
      if (Number.isInteger(factor) && product.every((value, run) => value * factor === vector[run])) {
        return { factor, symbols };
      }
    }
    throw new InputRangeError(
      `export a graph: expected ${what} to be a product of sizes, found ${vector.join(", ")} in runs of the sizes ${
        [...this.#vectors].map(([name, own]) => `${name} ${own.join(", ")}`).join("; ")
      }`,
    );
  }
}

function isMultiple(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, run) => value * b[0] === b[run] * a[0]);
}

/** Yields all subsets, the smallest first. */
function subsets(names: readonly string[]): string[][] {
  const all = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_, i) => bits >> i & 1));
  return all.sort((a, b) => a.length - b.length);
}
