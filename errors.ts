/**
 * The errors that tell people what to change: a wrong value, a wrong type, a damaged file. Anything else that is thrown
 * is a fault of the program.
 *
 * Their messages are one line: the action, what was expected and what was found. They are safe to print: control
 * characters, with which a file could deceive a terminal, are written as escapes, and a long message is cut.
 *
 * @module
 */

/** Maximum number of characters of a message. */
const MAX_LENGTH = 1000;

/** Control characters, line separators and the marks that change the direction of a text. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A value is out of range, or does not fit the others.
 *
 * @example
 * ```ts
 * import { InputRangeError } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new InputRangeError("forecast: expected a horizon of at least 1, found 0");
 * assertEquals(error instanceof RangeError, true);
 * ```
 */
export class InputRangeError extends RangeError {
  /** Creates an error; the message is made one line. */
  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/**
 * The program lacks a package, a worker or memory that it needs. Whoever runs it can provide that; a client of a server
 * cannot.
 */
export class ResourceError extends InputRangeError {}

/**
 * A value has the wrong type, or an option does not exist.
 *
 * @example
 * ```ts
 * import { InputTypeError } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new InputTypeError("forecast: expected the horizon to be a number, found a string");
 * assertEquals(error instanceof TypeError, true);
 * ```
 */
export class InputTypeError extends TypeError {
  /** Creates an error; the message is made one line. */
  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/**
 * A file or a text is not in its format.
 *
 * @example
 * ```ts
 * import { InputSyntaxError } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new InputSyntaxError("read a.csv: expected 2 fields on line 3,\n found \u001b[31m");
 * assertEquals(error.message, "read a.csv: expected 2 fields on line 3; found \\u001b[31m");
 * ```
 */
export class InputSyntaxError extends SyntaxError {
  /** Creates an error; the message is made one line. */
  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}

/**
 * Whether an error tells people what to change, so that its message suffices. Any other error is a fault of the
 * program.
 *
 * @example
 * ```ts
 * import { CharTokenizer, isInputError, LanguageModel } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * try {
 *   LanguageModel.create({ tokenizer: CharTokenizer.train("abc"), hidden: 0 });
 * } catch (error) {
 *   assertEquals(isInputError(error), true);
 * }
 * ```
 */
export function isInputError(error: unknown): error is InputRangeError | InputTypeError | InputSyntaxError {
  return error instanceof InputRangeError || error instanceof InputTypeError || error instanceof InputSyntaxError;
}

function oneLine(message: string): string {
  // By line, since a pattern for the space around line ends would try each space of a long run of them.
  const lines = message.split(/[\r\n]/).map((line) => line.trim()).filter((line) => line !== "");
  const line = lines.map((line, i) => i < lines.length - 1 ? line.replace(/[,;]$/, "") : line).join("; ")
    .replaceAll(UNSAFE, escaped);
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}...` : line;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
