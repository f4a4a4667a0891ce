import type { AlignedText } from "../aligned_text.ts";
import type { Pattern } from "../regex/pattern.ts";

/**
 * The treatment of the matches at which a text is split. With `-` as the pattern, `the-final--countdown` becomes
 *
 * - `Removed`: `the`, `final`, `countdown`
 * - `Isolated`: `the`, `-`, `final`, `-`, `-`, `countdown`
 * - `MergedWithPrevious`: `the-`, `final-`, `-`, `countdown`
 * - `MergedWithNext`: `the`, `-final`, `-`, `-countdown`
 * - `Contiguous`: `the`, `-`, `final`, `--`, `countdown`
 */
export type SplitBehavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";

/** Whether a part of the text belongs to the same piece as the part before it. */
const JOINS_PREVIOUS: Record<SplitBehavior, (isMatch: boolean, wasMatch: boolean) => boolean> = {
  Removed: () => false,
  Isolated: () => false,
  MergedWithPrevious: (isMatch, wasMatch) => isMatch && !wasMatch,
  MergedWithNext: (isMatch, wasMatch) => !isMatch && wasMatch,
  Contiguous: (isMatch, wasMatch) => isMatch === wasMatch,
};

/** All behaviors. */
export const SPLIT_BEHAVIORS = Object.keys(JOINS_PREVIOUS) as readonly SplitBehavior[];

/**
 * Splits a text at the matches of a pattern.
 *
 * @param invert Whether to treat the text between matches as the matches.
 */
export function splitText(
  text: AlignedText,
  pattern: Pick<Pattern, "forEachMatch">,
  behavior: SplitBehavior,
  invert = false,
): AlignedText[] {
  const joins = JOINS_PREVIOUS[behavior];
  const pieces: AlignedText[] = [];
  let start = 0;
  let end = 0;
  let wasMatch: boolean | undefined;
  const cut = (): void => {
    const isDropped = behavior === "Removed" && wasMatch === true;
    if (start < end && !isDropped) pieces.push(text.slice(start, end));
    start = end;
  };
  const add = (to: number, isMatch: boolean): void => {
    if (wasMatch !== undefined && !joins(isMatch, wasMatch)) cut();
    end = to;
    wasMatch = isMatch;
  };
  pattern.forEachMatch(text.text, (from, to) => {
    if (from > end) add(from, invert);
    add(to, !invert);
  });
  if (end < text.length) add(text.length, invert);
  cut();
  return pieces;
}
