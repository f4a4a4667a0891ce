import type { OptionSpecs, Values } from "./arguments/options.ts";

/** The option of the commands that read a model. */
export const VERIFY_OPTION = {
  "no-verify": {
    kind: "boolean",
    group: "model",
    help: "Read the model's files as they are, even if they differ from their checksums.",
  },
} as const satisfies OptionSpecs;

/** Returns the option as the library's `load` takes it. */
export function verifying(values: Values<typeof VERIFY_OPTION>): { readonly verify: boolean } {
  return { verify: !values["no-verify"] };
}
