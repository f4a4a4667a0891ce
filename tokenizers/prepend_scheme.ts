/** The texts that get a prefix: all, only those at the start of the input, or none. */
export type PrependScheme = "first" | "never" | "always";

/** The schemes' names in `tokenizer.json` files. */
export const PREPEND_SCHEMES: readonly PrependScheme[] = ["first", "never", "always"];
