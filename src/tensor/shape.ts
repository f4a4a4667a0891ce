import { InputRangeError } from "../../errors.ts";
import { expectKind } from "../schema/mod.ts";

/** Returns the number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Formats a shape for messages: `[2, 3]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Returns whether two shapes have the same extents. */
export function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** Throws `TypeError` if a shape is not an array, `RangeError` unless its extents are whole numbers of at least 0. */
export function checkShape(action: string, shape: readonly number[]): void {
  expectKind(action, "its shape", shape, Array);
  if (shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) return;
  throw new InputRangeError(`${action}: expected a shape of whole numbers of at least 0, found ${formatShape(shape)}`);
}
