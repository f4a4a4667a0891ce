import { count, percent } from "../task_model/mod.ts";
import { alignSymbols, type Errors, wordsOf } from "./measures.ts";
import type { SpeechEvaluation } from "./model.ts";

/** Returns the error rates in one clause. */
export function describeErrors({ wer, cer }: SpeechEvaluation): string {
  return `word error rate ${percent(wer)}, character error rate ${percent(cer)}`;
}

/** Number of confusions that are listed. */
const CONFUSIONS = 10;

/** Formats the errors of an evaluation: their kinds, and the most frequent ones. */
export function formatErrors(evaluation: SpeechEvaluation): string {
  const { words, characters } = evaluation;
  return [
    describeErrors(evaluation),
    `words:      ${kinds(words, "word")}`,
    `characters: ${kinds(characters, "character")}`,
    ...confusionsOf(evaluation),
  ].join("\n");
}

function kinds({ substitutions, deletions, insertions, length }: Errors, noun: string): string {
  return `${count(substitutions, "substitution")}, ${count(deletions, "deletion")}, ${
    count(insertions, "insertion")
  } in ${count(length, noun)}`;
}

/** Lists the most frequent errors in words. */
function confusionsOf({ transcripts }: SpeechEvaluation): string[] {
  const counts = new Map<string, number>();
  for (const { reference, text } of transcripts) {
    for (const pair of alignSymbols(wordsOf(reference), wordsOf(text))) {
      if (pair.reference === pair.found) continue;
      const error = `${pair.reference ?? "(nothing)"} -> ${pair.found ?? "(nothing)"}`;
      counts.set(error, (counts.get(error) ?? 0) + 1);
    }
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, CONFUSIONS);
  return sorted.length === 0 ? [] : ["frequent errors:", ...sorted.map(([error, n]) => `  ${n}  ${error}`)];
}

/**
 * Formats the words of each utterance with errors under those that were said, and under them the kinds of the errors:
 * S for a wrong word, D for a missing and I for an additional one.
 */
export function formatAlignments({ transcripts }: SpeechEvaluation, names: readonly string[]): string[] {
  return transcripts.flatMap(({ reference, text }, i) => {
    const pairs = alignSymbols(wordsOf(reference), wordsOf(text));
    if (pairs.every((pair) => pair.reference === pair.found)) return [];
    const columns = pairs.map(({ reference = "", found = "" }) => {
      const kind = reference === found ? "" : reference === "" ? "I" : found === "" ? "D" : "S";
      const width = Math.max(reference.length, found.length);
      const gap = "*".repeat(width);
      return [reference || gap, found || gap, kind].map((cell) => cell.padEnd(width));
    });
    const line = (row: number): string => columns.map((column) => column[row]).join(" ").trimEnd();
    return [names[i], `  said:  ${line(0)}`, `  heard: ${line(1)}`, `         ${line(2)}`];
  });
}

/** Returns the aligned words of an utterance, null where one is missing. */
export function alignmentOf(
  { reference, text }: { readonly reference: string; readonly text: string },
): (readonly [reference: string | null, found: string | null])[] {
  return alignSymbols(wordsOf(reference), wordsOf(text)).map((pair) => [pair.reference ?? null, pair.found ?? null]);
}
