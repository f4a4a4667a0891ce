import { InputRangeError } from "../../../errors.ts";
import { count, describeValue } from "../../../src/schema/mod.ts";
import { namedError } from "../named_error.ts";
import type { VectorFields } from "./json_lines.ts";
import type { VectorFacts } from "./sequence.ts";

/** A file or folder that holds one sequence, and what its path says. */
export interface Clip {
  /** The path. */
  readonly path: string;
  /** The name of the folder in which it lies. */
  readonly label: string | undefined;
}

/** Returns the parts of a path. */
export function partsOf(path: string): string[] {
  return path.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
}

/** Returns the clip at a path, whose label is the name of its folder. */
export function clipAt(path: string): Clip {
  const label = partsOf(path).at(-2);
  return { path, label: label === ".." ? undefined : label };
}

/**
 * Returns what follows a name in a part of the path of a clip: 3 for "subject" in `walk/subject3_trial1.mp4`. A number
 * as the name stands for the part of the file's name in that place: "daria" for 1 in `walk/daria_walk.avi`. A part of
 * the file's name with a number comes before others, and these before the folder's name: s02 before sit for "s".
 *
 * Throws `RangeError` if no part begins with the name.
 */
export function groupIn(path: string, name: string): string {
  const own = partsOf(path).slice(-2).map((part, i, { length }) =>
    i === length - 1 ? part.replace(/\.[^.]*$/, "") : part
  );
  const [places, others = []] = own.map((part) => part.split(/[_.\s-]+/)).reverse();
  const begun = [...places, ...others].filter((word) => word.startsWith(name) && word.length > name.length);
  const isPlace = /^[1-9]\d*$/.test(name);
  const found = isPlace
    ? places[Number(name) - 1]
    : (begun.find((word) => /^[=\d]/.test(word.slice(name.length))) ?? begun[0])?.slice(name.length).replace(/^=/, "");
  if (found !== undefined && found !== "") return found;
  const expected = isPlace
    ? `${count(Number(name), "part")} of the file's name, divided by - _ . or spaces`
    : `a part of the file's name that begins with ${describeValue(name)}, such as ${name}1`;
  throw new InputRangeError(`expected ${expected}, found ${describeValue(partsOf(path).at(-1))}`);
}

/**
 * Returns the label and the group of a clip. Throws `RangeError`, naming the clip, if no part of its name is a group.
 */
export function factsOf({ path, label }: Clip, { group }: VectorFields): Pick<VectorFacts, "label" | "group"> {
  try {
    return { ...label !== undefined && { label }, ...group !== undefined && { group: groupIn(path, group) } };
  } catch (error) {
    throw namedError(path, error);
  }
}

/** Sorts names as people do: frame2 before frame10. */
export function inNaturalOrder(names: readonly string[]): string[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return [...names].sort(compare);
}
