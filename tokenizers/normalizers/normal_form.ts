/** A Unicode normalization form. */
export type Form = "NFC" | "NFD" | "NFKC" | "NFKD";

/** From this many consecutive marks on, they are sorted here. */
const LONG_RUN = /\p{M}{64}/u;

const MARK = /\p{M}/u;

/**
 * Normalizes a text in time linear in its length. JavaScript's own function sorts marks one by one, which is quadratic
 * in the length of a run of marks; long runs are therefore sorted first.
 */
export function normalForm(text: string, form: Form): string {
  return (LONG_RUN.test(text) ? withMarksInOrder(text, decompositionOf(form)) : text).normalize(form);
}

/** The decomposed counterpart of a form; a decomposing form itself. */
export function decompositionOf(form: Form): Form {
  return form === "NFC" || form === "NFD" ? "NFD" : "NFKD";
}

/**
 * Decomposes marks and puts them in canonical order (Unicode Standard, 3.11): by combining class, up to the next
 * character of class 0.
 */
function withMarksInOrder(text: string, form: Form): string {
  let ordered = "";
  let isPending = false;
  const flush = (): void => {
    for (const combining of isPending ? CLASSES : []) {
      ordered += combining.pending;
      combining.pending = "";
    }
    isPending = false;
  };
  for (const character of text) {
    for (const part of MARK.test(character) ? character.normalize(form) : [character]) {
      const combining = classOf(part);
      if (combining === undefined) {
        flush();
        ordered += part;
      } else {
        combining.pending += part;
        isPending = true;
      }
    }
  }
  flush();
  return ordered;
}

/** A nonzero canonical combining class: one of its marks, and the marks waiting for their position. */
interface CombiningClass {
  readonly mark: string;
  pending: string;
}

/** The classes found so far, in order. */
const CLASSES: CombiningClass[] = [];

const CLASS_OF = new Map<string, CombiningClass | undefined>();

/** A character's combining class; `undefined` for class 0. */
function classOf(character: string): CombiningClass | undefined {
  if (!MARK.test(character)) return undefined;
  if (!CLASS_OF.has(character)) CLASS_OF.set(character, findClass(character));
  return CLASS_OF.get(character);
}

function findClass(mark: string): CombiningClass | undefined {
  // A mark of nonzero class swaps places with a mark of the lowest or of the highest class; otherwise its class is 0.
  if (!isAfter(mark, "\u0334") && !isAfter("\u0345", mark)) return undefined;
  const found = CLASSES.findIndex((combining) => !isAfter(mark, combining.mark));
  const index = found < 0 ? CLASSES.length : found;
  if (found < 0 || isAfter(CLASSES[found].mark, mark)) CLASSES.splice(index, 0, { mark, pending: "" });
  return CLASSES[index];
}

/** Whether a mark's combining class is higher than another's (both nonzero), in which case they swap places. */
function isAfter(first: string, second: string): boolean {
  return first !== second && (first + second).normalize("NFD") !== first + second;
}
