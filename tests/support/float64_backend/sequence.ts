import type { Numbers, OptionalNumbers } from "./numbers.ts";

/** One step of a packed batch. */
export interface Step {
  /** Index of the step. */
  readonly t: number;
  /** Number of rows. */
  readonly rows: number;
  readonly take: {
    /** Returns the step's rows of a matrix with `width` columns. */
    readonly now: (matrix: Numbers, width: number) => Numbers;
    /** Returns the rows of the step before, or at step 0 the initial ones, if there are any. */
    readonly previous: (matrix: Numbers, initial: OptionalNumbers, width: number) => OptionalNumbers;
  };
}

/** Lists the steps of a packed batch in order. */
export function stepsOf(steps: number, sizes: Numbers): Step[] {
  let end = 0;
  return Array.from({ length: steps }, (_, t) => {
    const rows = sizes[t];
    const [before, first] = [end - (sizes[t - 1] ?? 0), end];
    end += rows;
    return {
      t,
      rows,
      take: {
        now: (matrix, width) => matrix.subarray(first * width, (first + rows) * width),
        previous: (matrix, initial, width) => t === 0 ? initial : matrix.subarray(before * width, first * width),
      },
    };
  });
}
