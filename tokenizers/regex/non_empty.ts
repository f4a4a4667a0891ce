import { type Node, patternError } from "./syntax.ts";

/** Whether a node can match the empty string. */
export function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case "class":
      return false;
    case "anchor":
    case "look":
      return true;
    case "atomic":
      return canBeEmpty(node.body);
    case "repeat":
      return node.min === 0 || canBeEmpty(node.body);
    case "sequence":
      return node.parts.every(canBeEmpty);
    case "choice":
      return node.parts.some(canBeEmpty);
  }
}

/** Whether a node that can be empty is empty only as a last resort: no empty alternative precedes a nonempty one. */
function prefersMore(node: Node): boolean {
  if (!canBeEmpty(node)) return true;
  switch (node.kind) {
    case "repeat":
      return !node.isLazy && prefersMore(node.body);
    case "sequence":
      return node.parts.every(prefersMore);
    case "choice":
      return node.parts.slice(0, -1).every((part) => !canBeEmpty(part)) &&
        prefersMore(node.parts[node.parts.length - 1]);
    default:
      return true;
  }
}

/**
 * The node restricted to nonempty matches; `undefined` if none remain. Without this, a loop over an empty body would
 * not advance.
 */
export function nonEmpty(node: Node): Node | undefined {
  if (!canBeEmpty(node)) return node;
  if (!prefersMore(node)) {
    throw patternError("a loop over a body that may match the empty string first, which is not supported,", 0);
  }
  switch (node.kind) {
    case "repeat": {
      const once = nonEmpty(node.body);
      if (once === undefined || node.max === 0) return undefined;
      return { kind: "sequence", parts: [once, { ...node, min: Math.max(0, node.min - 1), max: node.max - 1 }] };
    }
    case "choice": {
      const parts = node.parts.flatMap((part) => nonEmpty(part) ?? []);
      return parts.length === 0 ? undefined : { kind: "choice", parts };
    }
    case "sequence": {
      const parts = node.parts.flatMap((part, i) => {
        const first = nonEmpty(part);
        return first === undefined ? [] : [{ kind: "sequence", parts: [first, ...node.parts.slice(i + 1)] } as const];
      });
      if (node.parts.some(hasPlace)) throw patternError("a loop over an assertion, which is not supported,", 0);
      return parts.length === 0 ? undefined : { kind: "choice", parts };
    }
    case "atomic":
      throw patternError("a loop over an atomic group that can be empty, which is not supported,", 0);
    default:
      return undefined;
  }
}

/** Whether a node contains an assertion about the text around a position. */
function hasPlace(node: Node): boolean {
  switch (node.kind) {
    case "class":
      return false;
    case "anchor":
    case "look":
      return true;
    case "atomic":
    case "repeat":
      return hasPlace(node.body);
    case "sequence":
    case "choice":
      return node.parts.some(hasPlace);
  }
}
