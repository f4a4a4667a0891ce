import { InputRangeError } from "../../errors.ts";
import { checkLayers, checkSize } from "./checks.ts";

/**
 * Returns the hidden size of each stacked layer. Throws `RangeError` if one is no size, or if there are not as many
 * sizes as layers. Default of `layers`: the number of sizes.
 */
export function hiddenSizesOf(
  action: string,
  hidden: number | readonly number[],
  layers: number = Array.isArray(hidden) ? hidden.length : 1,
): readonly number[] {
  checkLayers(action, layers);
  const sizes = Array.isArray(hidden) ? Array.from(hidden) : new Array<number>(layers).fill(hidden as number);
  if (sizes.length !== layers) {
    throw new InputRangeError(`${action}: expected ${layers} hidden sizes, one for each layer, found ${sizes.length}`);
  }
  for (const size of sizes) checkSize(action, "a hidden size", size);
  return sizes;
}
