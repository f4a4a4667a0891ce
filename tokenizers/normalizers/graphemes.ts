/** Calls a function with each grapheme of a text and its start, in time linear in the text's length. */
export function forEachGrapheme(text: string, found: (grapheme: string, start: number) => void): void {
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = start + 1;
    if (text.charCodeAt(end - 1) === CARRIAGE_RETURN && text.charCodeAt(end) === LINE_FEED) end++;
    if (isASCII(text, start) && (end === text.length || isASCII(text, end))) {
      found(text.slice(start, end), start);
    } else {
      end = stretchEnd(text, start);
      forEachInStretch(text.slice(start, end), (grapheme, at) => found(grapheme, start + at));
    }
  }
}

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Shorter runs of ASCII are passed to the segmenter with their surroundings, since each call has overhead. */
const SHORT_GAP = 8;

/** Maximum code units per segmenter call; its memory and time per unit grow with the length. */
const MAX_SEGMENTER_UNITS = 2 ** 12;

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

function isASCII(text: string, at: number): boolean {
  return text.charCodeAt(at) < 0x80;
}

/** The end of a mostly non-ASCII run, including the character after it, which can belong to the last grapheme. */
function stretchEnd(text: string, start: number): number {
  let end = start;
  for (let at = start; at < text.length && at - end <= SHORT_GAP; at++) {
    if (!isASCII(text, at)) end = at + 1;
  }
  return end === text.length || text.charCodeAt(end) === CARRIAGE_RETURN ? end : end + 1;
}

function forEachInStretch(text: string, found: (grapheme: string, start: number) => void): void {
  let units = MAX_SEGMENTER_UNITS;
  for (let start = 0; start < text.length;) {
    const graphemes = [...SEGMENTER.segment(text.slice(start, start + units))];
    // The last grapheme may be cut off, so it is segmented again with the next part; if it was the only one, with a
    // longer part.
    if (start + units < text.length) graphemes.pop();
    units = graphemes.length === 0 ? 2 * units : MAX_SEGMENTER_UNITS;
    const from = start;
    for (const { segment, index } of graphemes) {
      found(segment, from + index);
      start = from + index + segment.length;
    }
  }
}
