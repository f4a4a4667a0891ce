/** Thrown for an invalid command line. Printed as one line, with exit code 2. */
export class UsageError extends RangeError {
  /** The name of the error's class. */
  override name = "UsageError";
}
