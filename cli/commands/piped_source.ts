import type { Given } from "../../src/schema/mod.ts";
import type { Fields } from "../arguments/mod.ts";
import { isPiped } from "../terminal/mod.ts";

/**
 * Adds `-` as the first source to the given fields if no source is named and data are piped in, unless another option
 * reads standard input or excludes that source.
 */
export async function withPipedSource(fields: Fields, sources: readonly string[], given: Given): Promise<Given> {
  const [first] = sources;
  const isMeant = sources.every((name) => given[name] === undefined) &&
    Object.entries(given).every(([name, value]) => value !== "-" && !fields[name].notWith?.includes(first));
  return isMeant && await isPiped() ? { ...given, [first]: "-" } : given;
}
