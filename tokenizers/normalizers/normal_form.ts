/** A Unicode normalization form. */
export type Form = "NFC" | "NFD" | "NFKC" | "NFKD";

/** So many marks in a row that they are put in order here. */
const LONG_RUN = /\p{M}{64}/u;

const MARK = /\p{M}/u;

/**
 * A text in a normalization form, in time linear in its length. JavaScript's own function moves marks one by one to their canonical places,
 * which takes the square of the number of marks in a row; where many are, it gets them in order.
 */
export function normalForm(text: string, form: Form): string {
  return (LONG_RUN.test(text) ? withMarksInOrder(text, decompositionOf(form)) : text).normalize(form);
}

/** The form of which another one is the composition; itself where it composes nothing. */
export function decompositionOf(form: Form): Form {
  return form === "NFC" || form === "NFD" ? "NFD" : "NFKD";
}

/** A text with its marks decomposed and in canonical order (Unicode Standard, 3.11): by combining class, up to the next of class 0. */
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

/** A canonical combining class other than 0: one of its marks, and those that wait for their place. */
interface CombiningClass {
  readonly mark: string;
  pending: string;
}

/** The classes met so far, in their order. */
const CLASSES: CombiningClass[] = [];

const CLASS_OF = new Map<string, CombiningClass | undefined>();

/** A character's combining class; `undefined` where it is 0. */
function classOf(character: string): CombiningClass | undefined {
  if (!MARK.test(character)) return undefined;
  if (!CLASS_OF.has(character)) CLASS_OF.set(character, findClass(character));
  return CLASS_OF.get(character);
}

function findClass(mark: string): CombiningClass | undefined {
  // A mark changes places with one of the lowest class or with one of the highest, or else its class is 0.
  if (!isAfter(mark, "\u0334") && !isAfter("\u0345", mark)) return undefined;
  const found = CLASSES.findIndex((combining) => !isAfter(mark, combining.mark));
  const index = found < 0 ? CLASSES.length : found;
  if (found < 0 || isAfter(CLASSES[found].mark, mark)) CLASSES.splice(index, 0, { mark, pending: "" });
  return CLASSES[index];
}

/** Whether a mark's combining class is higher than another's, neither of them 0: then they change places. */
function isAfter(first: string, second: string): boolean {
  return first !== second && (first + second).normalize("NFD") !== first + second;
}
