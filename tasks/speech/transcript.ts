import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { FoundLabel, FrameScores } from "./greedy.ts";

/** A word of a transcript. */
export interface TranscribedWord {
  /** The word. */
  readonly word: string;
  /** Seconds from the start of the sound to the start of the word. */
  readonly start: number;
  /** Seconds from the start of the sound to the end of the word. */
  readonly end: number;
  /** The geometric mean of the probabilities of its symbols, from 0 to 1. */
  readonly confidence: number;
}

/** The text of a sound. */
export interface Transcript {
  /** The text. */
  readonly text: string;
  /** Its words. */
  readonly words: readonly TranscribedWord[];
  /** The log-probability of the text, in nats; greedy search gives that of its likeliest alignment. */
  readonly logProbability: number;
  /** The next best transcripts, the best first, if the option `nBest` asks for them. */
  readonly alternatives?: readonly Transcript[];
}

/** Returns the text of labels. */
export function textOf(tokenizer: Tokenizer, labels: readonly FoundLabel[]): string {
  return tokenizer.decode(labels.map(({ label }) => label - 1)).trim();
}

/** Returns the text of labels with the times and confidences of its words. */
export function transcriptOf(
  tokenizer: Tokenizer,
  { labels, logProbability }: { readonly labels: readonly FoundLabel[]; readonly logProbability: number },
  { values, classes }: FrameScores,
  frameSeconds: number,
): Transcript {
  const words: TranscribedWord[] = [];
  let own: FoundLabel[] = [];
  const close = (): void => {
    const word = textOf(tokenizer, own);
    if (word !== "") {
      const logs = own.map(({ label, start, end }) => bestLog(values, { classes, label, start, end }));
      const confidence = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
      words.push({ word, start: own[0].start * frameSeconds, end: own.at(-1)!.end * frameSeconds, confidence });
    }
    own = [];
  };
  // A symbol may hold a space, may begin with one, be a word of its own, or be a part of a character.
  const decoder = tokenizer.decoder();
  let parts: FoundLabel[] = [];
  for (const label of labels) {
    parts.push(label);
    const added = decoder.push(label.label - 1);
    if (added === "") continue;
    if (/^\s/.test(added)) close();
    if (added.trim() !== "") own.push(...parts);
    parts = [];
    if (/\s$/.test(added)) close();
  }
  own.push(...parts);
  close();
  return { text: textOf(tokenizer, labels), words, logProbability };
}

/** Returns the first transcript with the others that have other texts, if there are any. */
export function bestTranscript([best, ...others]: readonly Transcript[]): Transcript {
  const texts = new Set([best.text]);
  const alternatives = others.filter(({ text }) => !texts.has(text) && texts.add(text));
  return { ...best, ...alternatives.length > 0 && { alternatives } };
}

/** Returns the largest log-probability of a label in its frames. */
function bestLog(
  values: Float32Array,
  { classes, label, start, end }: { classes: number; label: number; start: number; end: number },
): number {
  let best = -Infinity;
  for (let t = start; t < end; t++) best = Math.max(best, values[t * classes + label]);
  return best;
}
