import type { Node } from "./syntax.ts";

/**
 * Whether neither the matches of a pattern nor what it looks at can contain a space (U+0020). A space then is to the
 * pattern what the end of a text is. False for anchors, which tell the two apart.
 */
export function avoidsSpaces(node: Node): boolean {
  switch (node.kind) {
    case "class":
      return !new RegExp(`[${node.source}]`, node.isFolded ? "iv" : "v").test(" ");
    case "sequence":
    case "choice":
      return node.parts.every(avoidsSpaces);
    case "repeat":
    case "atomic":
    case "look":
      return avoidsSpaces(node.body);
    case "anchor":
      return false;
  }
}
