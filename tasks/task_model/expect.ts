import { InputRangeError, InputTypeError } from "../../errors.ts";
import { count, describeValue, expectOptions } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";

/**
 * Returns the options if they have a tokenizer; throws `TypeError` if not.
 *
 * @example
 * ```ts
 * import { expectTokenizer } from "@elman/elman/tasks";
 * import { CharTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const { tokenizer } = expectTokenizer("create a tagger", { tokenizer: CharTokenizer.train("abc") }, "tokenizer");
 * assertEquals(tokenizer.size, 3);
 * assertThrows(() => expectTokenizer("create a tagger", {} as { tokenizer: unknown }, "tokenizer"), TypeError);
 * ```
 */
export function expectTokenizer<O extends object>(action: string, options: O, name: keyof O & string): O {
  const found = (options as Record<string, unknown> | null | undefined)?.[name] as Partial<Tokenizer> | undefined;
  if (typeof found?.encode === "function" && typeof found.size === "number") return options;
  throw new InputTypeError(
    `${action}: expected ${name} to be a tokenizer, such as CharTokenizer.train(text), found ${describeValue(found)}`,
  );
}

/**
 * Returns a corpus given by parts, or an empty object for any other value. Throws `TypeError` if a part has an unknown
 * name.
 *
 * @example
 * ```ts
 * import { expectParts } from "@elman/elman/tasks";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(expectParts("fit", { train: [1, 2], valid: [3] }), { train: [1, 2], valid: [3] });
 * assertEquals(expectParts("fit", [1, 2]), {});
 * assertThrows(() => expectParts("fit", { train: [1, 2], vaild: [3] }), TypeError, "did you mean valid?");
 * ```
 */
export function expectParts(action: string, data: unknown): object {
  if (typeof data !== "object" || data === null || !("train" in data)) return {};
  expectOptions(action, data, ["train", "valid", "test"]);
  return data;
}

/**
 * Checks the options of a split. Throws `TypeError` if one is unknown, and `RangeError` if the fractions are invalid.
 *
 * @example
 * ```ts
 * import { expectFractions } from "@elman/elman/tasks";
 * import { assertThrows } from "@std/assert";
 *
 * expectFractions("split a series", { validFraction: 0.2, testFraction: 0.1 }, ["seed"]);
 * assertThrows(() => expectFractions("split a series", { validFraction: 1 }, []), RangeError, "found 1 and 0");
 * ```
 */
export function expectFractions(
  action: string,
  options: { validFraction?: number; testFraction?: number },
  others: readonly string[],
): void {
  expectOptions(action, options, ["validFraction", "testFraction", ...others]);
  const { validFraction = 0, testFraction = 0 } = options;
  if (validFraction >= 0 && testFraction >= 0 && validFraction + testFraction < 1) return;
  const found = `${describeValue(validFraction)} and ${describeValue(testFraction)}`;
  throw new InputRangeError(`${action}: expected fractions of at least 0 whose sum is below 1, found ${found}`);
}

/**
 * Throws `TypeError` if a value is not a string.
 *
 * @example
 * ```ts
 * import { expectText, expectTexts } from "@elman/elman/tasks";
 * import { assertThrows } from "@std/assert";
 *
 * expectText("tag", "sentence", "to be");
 * assertThrows(() => expectText("tag", "sentence", 7), TypeError, "expected sentence to be a text, found 7");
 * assertThrows(() => expectTexts("tag", "sentences", ["to be", 7]), TypeError, "expected sentences[1] to be a text");
 * ```
 */
export function expectText(action: string, name: string, value: unknown): void {
  if (typeof value === "string") return;
  throw new InputTypeError(`${action}: expected ${name} to be a text, found ${describeValue(value)}`);
}

/** Throws `TypeError` if a value is not an array of strings. */
export function expectTexts(action: string, name: string, value: unknown): void {
  if (!Array.isArray(value)) {
    throw new InputTypeError(
      `${action}: expected ${name} to be a text or a list of texts, found ${describeValue(value)}`,
    );
  }
  value.forEach((text, i) => expectText(action, `${name}[${i}]`, text));
}

/** Throws `TypeError` if a value is not a path: a string that is not empty. */
export function expectPath(action: string, name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") return;
  throw new InputTypeError(`${action}: expected ${name} to be a path, found ${describeValue(value)}`);
}

/**
 * Throws `RangeError` if a tokenizer's vocabulary size differs from the model's.
 *
 * @example
 * ```ts
 * import { refuseOtherVocabulary } from "@elman/elman/tasks";
 * import { CharTokenizer } from "@elman/elman/tokenizers";
 * import { assertThrows } from "@std/assert";
 *
 * const tokenizer = CharTokenizer.train("abc");
 * refuseOtherVocabulary("load a tagger", tokenizer, 3);
 * assertThrows(() => refuseOtherVocabulary("load a tagger", tokenizer, 4), RangeError, "4 symbols, found 3");
 * ```
 */
export function refuseOtherVocabulary(action: string, { size }: Tokenizer, vocabSize: number): void {
  if (size === vocabSize) return;
  throw new InputRangeError(`${action}: expected a tokenizer of ${count(vocabSize, "symbol")}, found ${size}`);
}
