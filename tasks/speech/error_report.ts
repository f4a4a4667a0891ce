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
