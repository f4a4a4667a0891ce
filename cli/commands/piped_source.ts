import type { Given } from "../../src/schema/mod.ts";
import type { Fields } from "../arguments/mod.ts";
import { isPiped, promptForInput } from "../terminal/mod.ts";

/**
 * Adds `-` as the first source to the given fields if no source is named and data are piped in, unless another option
 * reads standard input or excludes that source. Unless `isQuiet`, says so if standard input has sent nothing yet.
 */
export async function withPipedSource(
  fields: Fields,
  sources: readonly string[],
  { given, isQuiet }: { readonly given: Given; readonly isQuiet: boolean },
): Promise<Given> {
  const [first] = sources;
  const isMeant = sources.every((name) => given[name] === undefined) &&
    Object.entries(given).every(([name, value]) => value !== "-" && !fields[name].notWith?.includes(first));
  return isMeant && await isPiped(isQuiet) ? { ...given, [first]: "-" } : given;
}

/** Tells the user to type a text if a given path is `-` and standard input is a terminal. */
export function promptForPaths(fields: Fields, given: Given, isQuiet?: boolean): void {
  const names = Object.keys(fields).filter((name) => fields[name].kind === "path");
  if (names.flatMap((name) => given[name]).includes("-")) promptForInput("a text", isQuiet);
}
