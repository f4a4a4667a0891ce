import { custom, type Field, nullable } from "../../src/schema/mod.ts";

/**
 * The names with which the training data of a model were read, by the options that give them, such as those of columns.
 * Other files are read alike if they have them and no others are given.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import type { DataFormat } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * const dataFormat: DataFormat<"textColumn" | "labelColumn"> = { textColumn: "tweet", labelColumn: "mood" };
 * const model = Classifier.create({ tokenizer: treebankTokenizer("a fine day"), labels: ["good", "bad"], dataFormat });
 * assertEquals(model.config.dataFormat, dataFormat);
 * ```
 */
export type DataFormat<Name extends string> = { readonly [Option in Name]?: string };

/** Schema of the names of some options with which training data were read. */
export function dataFormat<Name extends string>(options: readonly Name[]): Field<DataFormat<Name> | null> {
  const isFormat = (value: unknown): boolean =>
    typeof value === "object" && value !== null &&
    Object.entries(value).every(([name, text]) => (options as readonly string[]).includes(name) && isName(text));
  return nullable(custom<DataFormat<Name>>({
    option: false,
    isOpen: true,
    check: (value) => isFormat(value) ? undefined : `names by ${options.join(", ")}`,
    help: "Names with which the training data were read, such as those of columns.",
  }));
}

function isName(text: unknown): boolean {
  return typeof text === "string" && text !== "";
}

/** Returns the names that are known; null if none is. */
export function namesKnown<Name extends string>(
  names: { readonly [Option in Name]?: string | null },
): DataFormat<Name> | null {
  const known = Object.entries(names).filter(([, text]) => isName(text));
  return known.length === 0 ? null : Object.fromEntries(known) as DataFormat<Name>;
}
