/**
 * Formats a number with its noun: "1 pair", "2 pairs".
 *
 * @example
 * ```ts
 * import { count, formatSpeed, percent } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([count(1, "pair"), count(1200, "pair")], ["1 pair", "1,200 pairs"]);
 * assertEquals([percent(0.985), `${formatSpeed(1646.2)} words/s`], ["98.50 %", "1,646 words/s"]);
 * ```
 */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}

/** Words that begin with the sound of a vowel, unlike "unigram", "Uint8Array", "URL" and "user". */
const VOWEL = /^(?:[aeio]|u(?!int|ni|rl|s))/i;

/** Puts the indefinite article before a noun: "a list", "an object". */
export function withArticle(noun: string): string {
  return `${VOWEL.test(noun) ? "an" : "a"} ${noun}`;
}
