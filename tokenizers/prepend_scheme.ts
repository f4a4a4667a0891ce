/** Which texts get a mark before them: all, those at the beginning of what the user gave, or none. */
export type PrependScheme = "first" | "never" | "always";

/** The schemes, as `tokenizer.json` files name them. */
export const PREPEND_SCHEMES: readonly PrependScheme[] = ["first", "never", "always"];
