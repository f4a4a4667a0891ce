// The three sentences of sacreBLEU's documentation, whose scores are in its tests.

export const HYPOTHESES: readonly string[] = [
  "The dog bit the man.",
  "It wasn't surprising.",
  "The man had just bitten him.",
];

export const REFERENCES: readonly (readonly string[])[] = [
  ["The dog bit the man.", "The dog had bit the man."],
  ["It was not unexpected.", "No one was surprised."],
  ["The man bit him first.", "The man had bitten the dog."],
];
