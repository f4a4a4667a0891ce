import { UsageError } from "../arguments/mod.ts";

/** Throws a `UsageError` if `-`, which means standard input, stands beside other texts. */
export function refuseMixedInput(texts: readonly string[]): void {
  if (texts.length > 1 && texts.includes("-")) throw new UsageError("expected - alone, found it beside other texts");
}
