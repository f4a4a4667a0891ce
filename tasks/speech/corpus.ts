import { InputRangeError, InputTypeError } from "../../errors.ts";
import { describeValue, expectOptions } from "../../src/schema/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { expectRate, hear, isHearable, type Recording, type Sound } from "../data/audio/mod.ts";
import { ownIds } from "../language_modeling/own_ids.ts";
import { Fingerprint } from "../task_model/mod.ts";
import { addSound } from "./feature_cache.ts";

/** A sound and what is said in it. */
export interface Utterance {
  /** The sound, or a recording that is read whenever it is needed. */
  readonly sound: Sound | Recording;
  /** The spoken text. */
  readonly text: string;
  /** Where it comes from, for messages: the path of its file. Default: its place in the list. */
  readonly source?: string;
}

/** Utterances for training, validation and testing. */
export interface SpeechCorpus {
  /** Training utterances. */
  readonly train: readonly Utterance[];
  /** Validation utterances, which select the best parameters. */
  readonly valid?: readonly Utterance[];
  /** Test utterances; `fit` does not use them. */
  readonly test?: readonly Utterance[];
}

/** Returns utterances as a corpus. Throws `TypeError` or `RangeError` if they are something else. */
export function expectSpeechCorpus(action: string, data: SpeechCorpus | readonly Utterance[]): SpeechCorpus {
  if (Array.isArray(data)) return expectSpeechCorpus(action, { train: data });
  expectOptions(action, data, ["train", "valid", "test"]);
  const corpus = data as SpeechCorpus;
  for (const part of ["train", "valid", "test"] as const) if (corpus[part]) expectUtterances(action, corpus[part]);
  if (corpus.train?.length > 0) return corpus;
  throw new InputRangeError(`${action}: expected at least 1 training utterance, found none`);
}

/**
 * Throws `TypeError` unless a value is a list whose elements have a sound and a text, and `RangeError` if the rate of a
 * sound is none.
 */
export function expectUtterances(action: string, utterances: readonly Utterance[]): void {
  if (!Array.isArray(utterances)) {
    throw new InputTypeError(`${action}: expected a list of utterances, found ${describeValue(utterances)}`);
  }
  utterances.forEach((utterance, i) => {
    const isWhole = isHearable(utterance?.sound) && typeof utterance.text === "string";
    if (isWhole) return expectRate(utterance.sound.rate, `${action}: utterance ${i + 1}`);
    throw new InputTypeError(
      `${action}: expected utterances with a sound and a text, found ${describeValue(utterance)} at place ${i + 1}`,
    );
  });
}

/**
 * The symbols of texts as classes: id i of the tokenizer is class i + 1, since class 0 is the blank. The special tokens
 * that some tokenizers put around a text are not said.
 */
export function labelsOf(tokenizer: Tokenizer, text: string): Int32Array {
  return ownIds(tokenizer, text).map((id) => id + 1);
}

/** The least number of frames that labels need, at least 1: one each, and a blank between two equal ones. */
export function framesNeeded(labels: ArrayLike<number>): number {
  let needed = Math.max(1, labels.length);
  for (let k = 1; k < labels.length; k++) if (labels[k] === labels[k - 1]) needed++;
  return needed;
}

/** Computes a fingerprint of all samples and texts; corpora with the same fingerprint are treated as the same. */
export async function fingerprintOf(parts: readonly (readonly Utterance[] | undefined)[]): Promise<number> {
  const fingerprint = new Fingerprint();
  const breather = new Breather();
  for (const part of parts) {
    for (const { sound, text } of part ?? []) {
      const heard = await hear(sound);
      await breather.breathe();
      addSound(fingerprint, heard);
      fingerprint.addAll(Int32Array.from(text, (character) => character.codePointAt(0)!));
    }
    fingerprint.add(part?.length ?? 0);
  }
  return fingerprint.value;
}
