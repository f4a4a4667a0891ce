/** A regular expression as a tree. */
export type Node =
  /** One character of a class, in the syntax of JavaScript's `v` mode; folded where case does not count. */
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

/** A place in a text: of a line, of the text (its end with or without a last line break), or at the edge of a word. */
export type Anchor =
  | "line start"
  | "line end"
  | "text start"
  | "text end"
  | "last line end"
  | "word edge"
  | "no word edge";

/** An error about a pattern: what stands at a place of it. */
export function patternError(what: string, index: number): SyntaxError {
  return new SyntaxError(`read a pattern: ${what} at index ${index}`);
}
