import type { Given } from "../../src/schema/mod.ts";
import type { Fields } from "../arguments/mod.ts";
import { isPiped } from "../terminal/mod.ts";

/**
 * What was given, with `-` for the first source if none is named and something is piped in; but not if another option is to read it, or one
 * asks for data that no file has.
 */
export async function withPipedSource(fields: Fields, sources: readonly string[], given: Given): Promise<Given> {
  const [first] = sources;
  const isMeant = sources.every((name) => given[name] === undefined) &&
    Object.entries(given).every(([name, value]) => value !== "-" && !fields[name].notWith?.includes(first));
  return isMeant && await isPiped() ? { ...given, [first]: "-" } : given;
}
