import { describeValue } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";

/** Checks that options have a tokenizer, and gives them back. Throws a `TypeError` that says what was found in its place. */
export function expectTokenizer<O extends object>(action: string, options: O, name: keyof O & string): O {
  const found = (options as Record<string, unknown> | null | undefined)?.[name] as Partial<Tokenizer> | undefined;
  if (typeof found?.encode === "function" && typeof found.size === "number") return options;
  throw new TypeError(
    `${action}: expected ${name} to be a tokenizer, such as CharTokenizer.train(text), found ${describeValue(found)}`,
  );
}

/** Throws a `RangeError` if a tokenizer has not as many symbols as the model. */
export function refuseOtherVocabulary(action: string, { size }: Tokenizer, vocabSize: number): void {
  if (size === vocabSize) return;
  throw new RangeError(`${action}: expected a tokenizer of ${vocabSize} symbols, found ${size}`);
}
