import { guessUTF16 } from "./encodings.ts";
import { type Language, LANGUAGES } from "./languages.ts";

/** Number of bytes, of words that are not ASCII, from which an encoding is guessed. */
const SAMPLE_LENGTH = 4096;

/** Texts in a language have at least this score. */
const LEAST_SCORE = 0.1;

/** Scores that differ by less are close. */
const MARGIN = 0.08;

/**
 * Guesses the encoding of a text that is not UTF-8 from some of its bytes, for an error message. Returns the likely
 * names: one, or two if both are about as likely; none if the bytes do not look like a text in any of the languages.
 */
export function guessEncodings(bytes: Uint8Array): string[] {
  const utf16 = guessUTF16(bytes);
  if (utf16 !== undefined) return [utf16];
  const sample = foreignWords(bytes);
  const scores = [...new Set(LANGUAGES.flatMap(({ encodings }) => encodings))].map((name) => {
    const text = new TextDecoder(name).decode(sample);
    const languages = LANGUAGES.filter(({ encodings }) => encodings.includes(name));
    return { name, text, score: Math.max(...languages.map((language) => scoreOf(text.split(" "), language))) };
  });
  const [best, ...others] = scores.filter(({ score }) => score >= LEAST_SCORE).sort((a, b) => b.score - a.score);
  if (best === undefined) return [];
  const second = others.find(({ text }) => text !== best.text);
  return second && best.score - second.score < MARGIN ? [best.name, second.name] : [best.name];
}

/** Returns the words with bytes that are not ASCII, separated by spaces, which are the same in all encodings. */
function foreignWords(bytes: Uint8Array): Uint8Array {
  const words = new Uint8Array(SAMPLE_LENGTH);
  let length = 0;
  for (let start = 0, end = 0; start < bytes.length && length < SAMPLE_LENGTH; start = end + 1) {
    let isForeign = false;
    for (end = start; end < bytes.length && bytes[end] > 0x20; end++) isForeign ||= bytes[end] >= 0x80;
    if (!isForeign) continue;
    const word = bytes.subarray(start, Math.min(end, start + SAMPLE_LENGTH - length));
    words.set(word, length);
    length += word.length;
    if (length < SAMPLE_LENGTH) words[length++] = 0x20;
  }
  return words.subarray(0, length);
}

/** How typical words are of a language: the mean of the scores of their characters that are not ASCII. */
function scoreOf(words: readonly string[], language: Language): number {
  const { others, isLatin = false } = language;
  const typical = typicality(language);
  let [sum, count] = [0, 0];
  for (const word of words) {
    // Words of other scripts do not have ASCII letters; but there are no spaces between those of East Asian ones.
    const isMixed = /[A-Za-z]/.test(word);
    const misfit = isLatin ? word.length > 3 && !isMixed : isMixed && others === undefined;
    let before = "";
    for (const letter of word) {
      if (letter > "\x7f") {
        sum += typical(letter) - caseFault(before, letter) - (misfit && /\p{L}/u.test(letter) ? 0.7 : 0);
        count++;
      }
      before = letter;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Returns a function that scores a character: at most 1, for the most frequent letter of a language. */
function typicality({ letters, others }: Language): (letter: string) => number {
  const ranks = new Map([...letters].map((letter, rank) => [letter, rank]));
  const size = Math.max(20, ranks.size);
  return (letter) => {
    const rank = ranks.get(letter) ?? ranks.get(letter.toLowerCase());
    if (rank !== undefined) return 1 - rank / size;
    if (INVALID.test(letter)) return -3;
    if (QUOTES_AND_DASHES.test(letter)) return 0.5;
    return others?.test(letter) || PUNCTUATION.test(letter) ? 0.2 : -1;
  };
}

/** Characters that no text has: undecodable bytes, control characters and private ones. */
const INVALID = /[\ufffd\u0080-\u009f\ue000-\uf8ff]/;

/** Punctuation and signs of texts in many languages; quotes and dashes are the most frequent. */
const QUOTES_AND_DASHES = /[\u2013-\u201e\u2026]/;
const PUNCTUATION = /[\u00a0«»°§·№€\u200c-\u200f、。〈-】！（），：；？～]/;

/** An uppercase letter is less likely than a lowercase one, and much less so after a lowercase one. */
function caseFault(before: string, letter: string): number {
  if (!/\p{Lu}/u.test(letter)) return 0;
  return /\p{Ll}/u.test(before) ? 1 : 0.3;
}
