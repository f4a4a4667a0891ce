import { InputRangeError, InputSyntaxError } from "../../errors.ts";

/** The action in front of a reader's own messages: a file's name says more. */
const ACTION = /^read (?:an? [A-Za-z ]+|ABC|piano rolls): /;

/**
 * Returns an error about the contents of a file with `read NAME:` in front, unless its message begins so. Other errors
 * than `SyntaxError` and `RangeError` are returned as they are.
 */
export function namedError(name: string, error: unknown): unknown {
  if (!(error instanceof InputSyntaxError || error instanceof InputRangeError)) return error;
  const action = `read ${name}: `;
  if (error.message.startsWith(action)) return error;
  const detail = error.message.replace(ACTION, "");
  // A reader of a file with a fixed name, such as vocab.txt, names it itself.
  const place = `${name.replace(/^.*[/\\]/, "")}: `;
  const message = action + (detail.startsWith(place) ? detail.slice(place.length) : detail);
  return error instanceof InputSyntaxError ? new InputSyntaxError(message) : new InputRangeError(message);
}

/** Returns what a function returns; its errors about contents name the file that they are from, as in `namedError`. */
export function naming<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw namedError(name, error);
  }
}
