import { InputSyntaxError } from "../../errors.ts";

/** A regular expression as a syntax tree. */
export type Node =
  /** One character of a class, in the syntax of JavaScript's `v` mode; `isFolded` ignores case. */
  | { readonly kind: "class"; readonly source: string; readonly isFolded: boolean }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly body: Node;
    readonly min: number;
    readonly max: number;
    readonly isLazy: boolean;
  }
  | { readonly kind: "atomic"; readonly body: Node }
  | { readonly kind: "look"; readonly body: Node; readonly isBehind: boolean; readonly isNegative: boolean }
  | { readonly kind: "anchor"; readonly at: Anchor };

/**
 * A zero-width position: the start or end of a line or of the text ("last line end": also before a final line break),
 * or a word boundary.
 */
export type Anchor =
  | "line start"
  | "line end"
  | "text start"
  | "text end"
  | "last line end"
  | "word edge"
  | "no word edge";

/** Creates an error about a pattern, with the problem and its index. */
export function patternError(what: string, index: number): SyntaxError {
  return new InputSyntaxError(`read a pattern: ${what} at index ${index}`);
}
