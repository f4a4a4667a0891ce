/** Checks that a size is a whole number of at least 1. Throws a RangeError where it is not. */
export function checkSize(action: string, name: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`${action}: expected ${name} of at least 1, found ${size}`);
  }
}

/** Checks that a rate of dropout is at least 0 and below 1. Throws a RangeError where it is not. */
export function checkRate(action: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`${action}: expected a dropout rate from 0 to below 1, found ${rate}`);
  }
}
