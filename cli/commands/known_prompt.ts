import { InputRangeError } from "../../errors.ts";
import { type UnknownRule, UnknownSymbols } from "../../tasks/language_modeling/unknown_rule.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";

/** A text that a model can read, and what became of its unknown symbols; `note` is undefined if there were none. */
export interface KnownPrompt {
  readonly text: string;
  readonly note: string | undefined;
}

/**
 * Rewrites a prompt as `--unknown` says. Without a rule, the unknown token stands for unknown symbols. Throws
 * `RangeError` that names `--unknown` if symbols are refused.
 */
export function knownPrompt(tokenizer: Tokenizer, prompt: string, rule: UnknownRule | null = null): KnownPrompt {
  const symbols = new UnknownSymbols(tokenizer, rule ?? (tokenizer.unknownId === undefined ? "error" : "replace"));
  try {
    const text = symbols.rewrite("generate", prompt, " in the prompt");
    return { text, note: symbols.count === 0 ? undefined : symbols.summary };
  } catch (error) {
    if (rule === "error" || !(error instanceof InputRangeError)) throw error;
    throw new InputRangeError(`${error.message}; --unknown skip leaves such symbols out`);
  }
}
