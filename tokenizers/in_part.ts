import { InputRangeError } from "../errors.ts";

/** Runs a part of a tokenizer. Its errors name the part by its field of a `tokenizer.json`. */
export function inPart<T>(field: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof InputRangeError)) throw error;
    throw new InputRangeError(`encode: ${field}: ${error.message}`, { cause: error });
  }
}
