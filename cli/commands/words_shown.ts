import type { WordWeight } from "../../tasks/classification/mod.ts";
import { visible } from "../terminal/mod.ts";

const RESET = "\x1b[0m";

/** Maximum number of words listed. */
const MAX_LISTED = 8;

/**
 * Lists the words with the largest absolute weights: `dull +1.230, not -0.400 (8 of 12 words)`. The letters of a
 * sequence are listed with their places: `A12 +0.300`.
 */
export function formatWords(words: readonly WordWeight[], areLetters = false): string {
  const ranked = [...words].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, MAX_LISTED);
  const nameOf = ({ word, start }: WordWeight): string => areLetters ? `${word}${start + 1}` : word;
  const shown = ranked.map((own) => `${nameOf(own)} ${formatWeight(own.weight)}`).join(", ");
  if (words.length <= MAX_LISTED) return `  ${shown}`;
  return `  ${shown} (${MAX_LISTED} of ${words.length} ${areLetters ? "letters" : "words"})`;
}

/** Formats a weight with its sign, or without one if it rounds to zero. */
function formatWeight(weight: number): string {
  const shown = weight.toFixed(3);
  if (Number(shown) === 0) return "0.000";
  return weight < 0 ? shown : `+${shown}`;
}

/** Colors words with the 256-color palette: green for the label, red against it, brighter for larger weights. */
export function colourWords(text: string, words: readonly WordWeight[]): string {
  const most = words.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0);
  let shown = "";
  let at = 0;
  for (const { start, end, weight } of words) {
    shown += visible(text.slice(at, start)) + colour(most === 0 ? 0 : weight / most);
    shown += visible(text.slice(start, end)) + RESET;
    at = end;
  }
  return "  " + shown + visible(text.slice(at));
}

/** Returns the escape sequence for a background from the terminal's 6 x 6 x 6 color cube; none below a tenth. */
function colour(share: number): string {
  const level = Math.round(Math.abs(share) * 5);
  if (level === 0) return "";
  const code = 16 + (share > 0 ? 6 * level : 36 * level);
  return `\x1b[48;5;${code}m${level > 3 ? "\x1b[38;5;16m" : "\x1b[38;5;231m"}`;
}
