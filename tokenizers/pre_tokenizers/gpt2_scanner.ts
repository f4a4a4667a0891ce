import { CharacterClasses, SURROGATE } from "../character_classes.ts";

const SPACE = 3;
const CLASSES = new CharacterClasses(["\\p{L}", "\\p{N}", "\\p{White_Space}"]);

/**
 * The end, in UTF-16 code units, of the piece that starts at `from` according to GPT-2's pattern:
 *
 *     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
 *
 * Every character belongs to a piece, so scanning from each end to the next splits the whole text. `from` must be less
 * than the text's length. An unpaired surrogate counts as U+FFFD.
 */
export function gpt2PieceEnd(text: string, from: number): number {
  const units = CLASSES.units;
  const first = text.charCodeAt(from);
  let at = from;
  let kind = units[first];
  if (first === 0x20 && from + 1 < text.length) {
    kind = units[text.charCodeAt(from + 1)];
    if (kind !== SPACE) at = from + 1;
  } else if (first === 0x27) {
    const end = contractionEnd(text, from + 1);
    if (end > 0) return end;
  }
  if (kind === SURROGATE) kind = CLASSES.of(text.codePointAt(at)!);
  const end = CLASSES.runEnd(text, at, kind);
  // The last of several white-space characters belongs to the next piece.
  return kind === SPACE && end < text.length && end > from + 1 ? end - 1 : end;
}

/** The end of one of the contractions `s t re ve m ll d`; 0 if there is none here. */
function contractionEnd(text: string, from: number): number {
  const next = text.charCodeAt(from + 1);
  switch (text.charCodeAt(from)) {
    case 0x73: // s
    case 0x74: // t
    case 0x6d: // m
    case 0x64: // d
      return from + 1;
    case 0x72: // r
    case 0x76: // v
      return next === 0x65 ? from + 2 : 0; // e
    case 0x6c: // l
      return next === 0x6c ? from + 2 : 0; // l
    default:
      return 0;
  }
}
