import { InputRangeError } from "../../errors.ts";

/** Thrown for an invalid command line. Printed as one line, with exit code 2. */
export class UsageError extends InputRangeError {
  /** The name of the error's class. */
  override name = "UsageError";
}
