import { describeValue, expectOptions } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";

/** Checks that options have a tokenizer, and gives them back. Throws a `TypeError` that says what was found in its place. */
export function expectTokenizer<O extends object>(action: string, options: O, name: keyof O & string): O {
  const found = (options as Record<string, unknown> | null | undefined)?.[name] as Partial<Tokenizer> | undefined;
  if (typeof found?.encode === "function" && typeof found.size === "number") return options;
  throw new TypeError(
    `${action}: expected ${name} to be a tokenizer, such as CharTokenizer.train(text), found ${describeValue(found)}`,
  );
}

/** The parts of a corpus, as far as there are any. Throws a `TypeError` for a part that has another name. */
export function expectParts(action: string, data: unknown): object {
  if (typeof data !== "object" || data === null || !("train" in data)) return {};
  expectOptions(action, data, ["train", "valid", "test"]);
  return data;
}

/** Checks how data are to be divided. Throws a `TypeError` for an unknown option, and a `RangeError` for impossible shares. */
export function expectFractions(
  action: string,
  options: { validFraction?: number; testFraction?: number },
  others: readonly string[],
): void {
  expectOptions(action, options, ["validFraction", "testFraction", ...others]);
  const { validFraction = 0, testFraction = 0 } = options;
  if (validFraction >= 0 && testFraction >= 0 && validFraction + testFraction < 1) return;
  const found = `${describeValue(validFraction)} and ${describeValue(testFraction)}`;
  throw new RangeError(`${action}: expected fractions from 0 to below 1 in all, found ${found}`);
}

/** Checks that a value is a text. Throws a `TypeError` that says what was found in its place. */
export function expectText(action: string, name: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new TypeError(`${action}: expected ${name} to be a text, found ${describeValue(value)}`);
}

/** Checks that a value is a list of texts. Throws a `TypeError` that says what was found in its place. */
export function expectTexts(action: string, name: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new TypeError(`${action}: expected ${name} to be a text or a list of texts, found ${describeValue(value)}`);
  }
  value.forEach((text, i) => expectText(action, `${name}[${i}]`, text));
}

/** Checks that a value is a path. Throws a `TypeError` that says what was found in its place. */
export function expectPath(action: string, name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new TypeError(`${action}: expected ${name} to be a path, found ${describeValue(value)}`);
}

/** Throws a `RangeError` if a tokenizer has not as many symbols as the model. */
export function refuseOtherVocabulary(action: string, { size }: Tokenizer, vocabSize: number): void {
  if (size === vocabSize) return;
  throw new RangeError(`${action}: expected a tokenizer of ${vocabSize} symbols, found ${size}`);
}
