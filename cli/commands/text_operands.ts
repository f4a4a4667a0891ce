import { UsageError } from "../arguments/mod.ts";

/** Throws `UsageError` if `-`, which means standard input, is combined with other texts. */
export function refuseMixedInput(texts: readonly string[]): void {
  if (texts.length > 1 && texts.includes("-")) throw new UsageError("expected texts or -, found both");
}
