/** Cuts texts into stretches, from one space to the next, which are processed on their own because words recur. */

/** Splits a text before each space after a character other than white space. */
export function* stretchesOf(text: string): Generator<string, void, void> {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = nextCut(text, start);
    yield text.slice(start, end);
  }
}

/** The index of the next space after a character other than white space; the end of the text if there is none. */
function nextCut(text: string, start: number): number {
  let at = text.indexOf(" ", start + 1);
  while (at > 0 && isSpace(text, at - 1)) at = text.indexOf(" ", at + 1);
  return at > 0 ? at : text.length;
}

/** Whether a normalized stretch still starts and ends in such a way that the cuts around it remain valid. */
export function standsAlone(stretch: string, normalized: string): boolean {
  if (stretch === normalized) return true;
  return (stretch[0] !== " " || normalized[0] === " ") &&
    (isSpace(stretch, stretch.length - 1) || normalized !== "" && !isSpace(normalized, normalized.length - 1));
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return !(code > 0x20 && code < 0x7f) && /[\s\x85]/.test(text[at]);
}
