/** A command line that cannot be understood: one line for the user, exit code 2. */
export class UsageError extends RangeError {
  /** How errors of this kind are named. */
  override name = "UsageError";
}
