/** A Unicode normalization form. */
export type Form = "NFC" | "NFD" | "NFKC" | "NFKD";

/** Marks in a row from which on they are put in order here. */
const LONG_RUN = /\p{M}{64,}/gu;

/**
 * A text in a normalization form, in time linear in its length. JavaScript's own function moves marks one by one to their canonical places,
 * which takes the square of the number of marks in a row; where many are, it gets them in order.
 */
export function normalForm(text: string, form: Form): string {
  return text.replace(LONG_RUN, (marks) => inOrder(marks, form)).normalize(form);
}

/** Marks in canonical order (Unicode Standard, 3.11): those of lower combining class first, up to the next of class 0. */
function inOrder(marks: string, form: Form): string {
  const decomposing = form === "NFC" || form === "NFD" ? "NFD" : "NFKD";
  let ordered = "";
  let movable: string[] = [];
  const flush = (): void => {
    ordered += movable.sort((a, b) => isAfter(a, b) ? 1 : isAfter(b, a) ? -1 : 0).join("");
    movable = [];
  };
  for (const mark of marks) {
    for (const part of mark.normalize(decomposing)) {
      if (isMovable(part)) movable.push(part);
      else {
        flush();
        ordered += part;
      }
    }
  }
  flush();
  return ordered;
}

/** What is known of which marks change places. */
const SWAPS = new Map<string, boolean>();

/** Whether a mark's combining class is higher than another's, neither of them 0: then they change places. */
function isAfter(first: string, second: string): boolean {
  const pair = first + second;
  let swaps = SWAPS.get(pair);
  if (swaps === undefined) {
    if (SWAPS.size > 2 ** 16) SWAPS.clear();
    swaps = pair.normalize("NFD") !== pair && first !== second;
    SWAPS.set(pair, swaps);
  }
  return swaps;
}

/** Whether a mark's combining class is not 0: it changes places with one of the lowest class or with one of the highest. */
function isMovable(mark: string): boolean {
  return isAfter(mark, "\u0334") || isAfter("\u0345", mark);
}
