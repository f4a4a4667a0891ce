const REPLACEMENTS = [
  [" .", "."],
  [" ?", "?"],
  [" !", "!"],
  [" ,", ","],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" do not", " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

/** Removes the spaces before punctuation and English contractions, like Hugging Face's cleanup. */
export function tidy(token: string): string {
  return REPLACEMENTS.reduce((text, [from, to]) => text.replaceAll(from, to), token);
}
