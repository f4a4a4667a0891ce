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

/** A token without the spaces that English does not have before punctuation and contractions, as Hugging Face takes them out. */
export function tidy(token: string): string {
  return REPLACEMENTS.reduce((text, [from, to]) => text.replaceAll(from, to), token);
}
