import { guessUTF16 } from "./encodings.ts";
import { type Language, LANGUAGES } from "./languages.ts";

/** Number of bytes, of words that are not ASCII, from which an encoding is guessed. */
const SAMPLE_LENGTH = 4096;

/** Texts in a language have at least this score. */
const LEAST_SCORE = 0.3;

/** Scores that differ by less are close. */
const MARGIN = 0.08;

/** The most usual encoding of one byte a character. */
const USUAL = "windows-1252";

/** How much more likely the usual encoding is before any word is read; every word takes from it. */
const PRIOR = 0.8;

/** How much more likely the usual encoding is if nearly all letters are ASCII, as in English. */
const ASCII_PRIOR = 0.2;

/** The highest share of bytes that are not ASCII in such a text. */
const ASCII_SHARE = 0.01;

/**
 * Guesses the encoding of a text that is not UTF-8 from some of its bytes, for an error message. Returns the likely
 * names: one, or two if both are about as likely; none if the bytes do not look like a text in any of the languages.
 */
export function guessEncodings(bytes: Uint8Array): string[] {
  const utf16 = guessUTF16(bytes);
  if (utf16 !== undefined) return [utf16];
  const sample = foreignWords(bytes);
  const prior = priorOf(bytes, sample);
  const scores = [...new Set(LANGUAGES.flatMap(({ encodings }) => encodings))].map((name) => {
    const text = new TextDecoder(name).decode(sample);
    const languages = LANGUAGES.filter(({ encodings }) => encodings.includes(name));
    const score = Math.max(...languages.map((language) => scoreOf(text.split(" "), language)));
    return { name, text, score, likelihood: score + (name === USUAL ? prior : 0) };
  });
  const likely = scores.filter(({ score }) => score >= LEAST_SCORE).sort((a, b) => b.likelihood - a.likelihood);
  const [best, ...others] = likely;
  if (best === undefined) return [];
  const second = others.find(({ text }) => text !== best.text);
  return second && best.likelihood - second.likelihood < MARGIN ? [best.name, second.name] : [best.name];
}

/** How much more likely the usual encoding is, whatever these words are: less, the more bytes tell. */
function priorOf(bytes: Uint8Array, words: Uint8Array): number {
  const [all, telling] = [bytes, words].map((some) => some.filter((byte) => byte >= 0x80));
  const evidence = Math.max(1, Math.sqrt(telling.length * new Set(telling).size));
  return PRIOR / evidence + (all.length <= ASCII_SHARE * bytes.length ? ASCII_PRIOR : 0);
}

/** Returns the different words with bytes that are not ASCII, separated by spaces, which are the same everywhere. */
function foreignWords(bytes: Uint8Array): Uint8Array {
  const words = new Set<string>();
  for (let start = 0, end = 0, length = 0; start < bytes.length && length < SAMPLE_LENGTH; start = end + 1) {
    let isForeign = false;
    for (end = start; end < bytes.length && bytes[end] > 0x20; end++) isForeign ||= bytes[end] >= 0x80;
    if (!isForeign) continue;
    const word = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + SAMPLE_LENGTH - length)));
    if (!words.has(word)) length += word.length + 1;
    words.add(word);
  }
  return Uint8Array.from([...words].join(" "), (character) => character.charCodeAt(0));
}

/** How typical words are of a language: the mean of the scores of their characters that are not ASCII. */
function scoreOf(words: readonly string[], language: Language): number {
  const { others, isLatin = false } = language;
  const typical = typicality(language);
  let [sum, count] = [0, 0];
  for (const word of words) {
    // Words of other scripts do not have ASCII letters; but there are no spaces between those of East Asian ones.
    const isMixed = /[A-Za-z]/.test(word);
    const misfit = isLatin ? word.length > 2 && !isMixed : isMixed && others === undefined;
    const letters = [...word];
    for (const [i, letter] of letters.entries()) {
      if (letter <= "\x7f") continue;
      const [before = "", after = ""] = [letters[i - 1], letters[i + 1]];
      const isLone = others !== undefined && /[A-Za-z]/.test(before + after) && !others.test(before + after);
      const fault = caseFault(before, letter, after) + (isLone || misfit && LETTER.test(letter) ? 0.7 : 0);
      sum += (typical(letter) ?? signScore(before, letter, after)) - fault;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * Returns a function that scores a letter: at most 1, for the most frequent one of a language; undefined for a sign.
 */
function typicality({ letters, others }: Language): (letter: string) => number | undefined {
  const ranks = new Map([...letters].map((letter, rank) => [letter, rank]));
  const size = Math.max(20, ranks.size);
  return (letter) => {
    const rank = ranks.get(letter) ?? ranks.get(letter.toLowerCase());
    if (rank !== undefined) return 1 - rank / size;
    if (INVALID.test(letter)) return -3;
    return others?.test(letter) ? 0.3 : undefined;
  };
}

/** Characters that no text has: undecodable bytes, control characters and private ones. */
const INVALID = /[\ufffd\u0080-\u009f\ue000-\uf8ff]/;

/** An apostrophe as in English or French words, with the letters beside it. */
const CONTRACTION = /\p{L}’[stdlmrv]|[lLdDjJnNsSmMtTcCu]’[aeiouyhéêè]/u;

/** Signs in texts of many languages, and their scores: between letters, before or after one, or without one. */
const SIGNS: readonly (readonly [signs: RegExp, between: number, before: number, after: number, alone: number])[] = [
  [/[‘’]/, 0.4, 0.4, 0.9, 0.9],
  [/[–—…]/, 0.4, 0.3, 0.3, 1.1],
  [/[„‚]/, -1, 0.5, -1, 0.5],
  [/[“”«»‹›·©®™°¶†‡²³µ]/, -2, 0.5, 0.5, 0.5],
  [/[€£¥¢§•½¼¾×÷±№]/, -2, -0.5, -0.5, 0.8],
  [/[\u00a0\u200c-\u200f、。〈-】！（），：；？～]/, 0.4, 0.4, 0.4, 0.4],
];

/** Scores a character that is no letter of a language by its neighbors. */
function signScore(before: string, sign: string, after: string): number {
  if (FOREIGN_SIGN.test(before) && FOREIGN_SIGN.test(after)) return -1;
  if (CONTRACTION.test(before + sign + after)) return 1.2;
  const found = SIGNS.find(([signs]) => signs.test(sign));
  if (found === undefined) return -1;
  const [, betweenLetters, beforeLetter, afterLetter, alone] = found;
  if (LETTER.test(before)) return LETTER.test(after) ? betweenLetters : afterLetter;
  return LETTER.test(after) ? beforeLetter : alone;
}

const LETTER = /\p{L}/u;
const FOREIGN_SIGN = /[^\p{ASCII}\p{L}]/u;

/** An uppercase letter is less likely than a lowercase one, and much less so within a lowercase word. */
function caseFault(before: string, letter: string, after: string): number {
  if (!/\p{Lu}/u.test(letter)) return 0;
  return /\p{Ll}/u.test(before) || /\p{L}/u.test(before) && /\p{Ll}/u.test(after) ? 1 : 0.3;
}
