import { STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import { ENCODING } from "../../tasks/data/mod.ts";
import { type OptionSpecs, UsageError } from "../arguments/mod.ts";

/** The option of commands that read texts from standard input. */
export const ENCODING_OPTION = {
  encoding: {
    kind: "string",
    group: "data",
    value: "NAME",
    help: "Encoding of standard input without a byte-order mark.",
    default: "utf-8",
  },
} as const satisfies OptionSpecs;

/** Throws `UsageError` if there is no encoding of this name, or if `texts` are given instead of standard input. */
export function expectEncoding(encoding: string | undefined, texts: readonly string[] = []): void {
  if (encoding !== undefined && texts.some((text) => text !== STANDARD_INPUT)) {
    throw new UsageError("--encoding: expected a text from standard input with it, found none");
  }
  const expected = encoding === undefined ? undefined : ENCODING.check!(encoding);
  if (expected !== undefined) {
    throw new UsageError(`--encoding: expected ${expected}, found ${JSON.stringify(encoding!.slice(0, 40))}`);
  }
}
