/** Calls a function with each grapheme of a text and where it begins, in time linear in the text's length. */
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

/** So many ASCII characters between others are left to the segmenter, since to call it takes longer. */
const SHORT_GAP = 8;

/** Code units that the segmenter gets at a time: it takes more memory, and longer for each, the more there are. */
const MOST_UNITS = 2 ** 12;

const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

function isASCII(text: string, at: number): boolean {
  return text.charCodeAt(at) < 0x80;
}

/** Where a stretch of mostly other characters than ASCII ends, with the one after it, which can belong to the one before. */
function stretchEnd(text: string, start: number): number {
  let end = start;
  for (let at = start; at < text.length && at - end <= SHORT_GAP; at++) {
    if (!isASCII(text, at)) end = at + 1;
  }
  return end === text.length || text.charCodeAt(end) === CARRIAGE_RETURN ? end : end + 1;
}

function forEachInStretch(text: string, found: (grapheme: string, start: number) => void): void {
  let units = MOST_UNITS;
  for (let start = 0; start < text.length;) {
    const graphemes = [...SEGMENTER.segment(text.slice(start, start + units))];
    // What the end cuts off comes again with the next ones, in a longer part where nothing else was in this one.
    if (start + units < text.length) graphemes.pop();
    units = graphemes.length === 0 ? 2 * units : MOST_UNITS;
    const from = start;
    for (const { segment, index } of graphemes) {
      found(segment, from + index);
      start = from + index + segment.length;
    }
  }
}
