import { InputRangeError } from "../../errors.ts";
import { checkLayers, checkSize } from "./checks.ts";

/**
 * Returns the hidden size of each stacked layer. Throws `RangeError` if one is no size, or if there are not as many
 * sizes as layers. Default of `layers`: the number of sizes.
 */
export function hiddenSizesOf(
  action: string,
  hidden: number | readonly number[],
  layers: number = typeof hidden === "number" ? 1 : hidden.length,
): readonly number[] {
  checkLayers(action, layers);
  const sizes = typeof hidden === "number" ? new Array<number>(layers).fill(hidden) : Array.from(hidden);
  if (sizes.length !== layers) {
    throw new InputRangeError(`${action}: expected ${layers} hidden sizes, one for each layer, found ${sizes.length}`);
  }
  for (const size of sizes) checkSize(action, "a hidden size", size);
  return sizes;
}
