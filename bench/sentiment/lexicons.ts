// Inline imports, so that the lexicons are fetched only by this benchmark.
// deno-lint-ignore no-import-prefix
import Sentiment from "npm:sentiment@5.0.2";
// deno-lint-ignore no-import-prefix
import vader from "npm:vader-sentiment@1.1.3";
// deno-lint-ignore no-import-prefix
import wink from "npm:wink-sentiment@5.0.2";

/** The names of the lexicons. */
export const LEXICONS = ["npm:sentiment", "npm:vader-sentiment", "npm:wink-sentiment"] as const;

/** Computes the accuracy of each lexicon on labels 0 and 1; a score above 0 predicts 1. */
export function lexiconAccuracies(texts: readonly { readonly text: string; readonly label: string }[]): number[] {
  const afinn = new Sentiment();
  const scores: ((text: string) => number)[] = [
    (text) => afinn.analyze(text).score,
    (text) => vader.SentimentIntensityAnalyzer.polarity_scores(text).compound,
    (text) => wink(text).score,
  ];
  return scores.map((score) =>
    texts.filter(({ text, label }) => (score(text) > 0) === (label === "1")).length / texts.length
  );
}
