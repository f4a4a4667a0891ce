import type { Pause } from "../../src/train/mod.ts";
import { resampleParts, type Sound } from "../data/audio/mod.ts";
import type { SpeechRecognizer } from "./model.ts";
import { BLANK } from "./network.ts";
import { readInSlices } from "./reading_in_slices.ts";
import { planSearch, type SearchOptions } from "./search/mod.ts";
import { slicesOf } from "./sound_processor.ts";
import { bestTranscript, type Transcript, transcriptOf } from "./transcript.ts";
import { wholeSoundReason } from "./whole_sound.ts";

/**
 * Transcribes a sound as `transcribe` does, in slices of a few milliseconds, between which `pause` is awaited. A native
 * library may round slices differently from the whole.
 */
export async function transcribePatiently(
  { tokenizer, processor, network }: SpeechRecognizer,
  sound: Sound,
  options: SearchOptions,
  pause: Pause,
): Promise<Transcript> {
  const plan = planSearch("transcribe", options, { tokenizer, blank: BLANK });
  try {
    const features = await processor.featuresInSlices(sound, pause);
    const scores = await readInSlices(network, processor.inputsOf(features), pause);
    const found = await plan.search(scores, pause);
    return bestTranscript(found.map((one) => transcriptOf(tokenizer, one, scores, processor.frameSeconds)));
  } finally {
    plan[Symbol.dispose]();
  }
}

/**
 * Yields the text of a sound in the same manner: as it is heard, if the model reads forward only and searches greedily,
 * else word by word at the end.
 */
export async function* textsOf(
  model: SpeechRecognizer,
  sound: Sound,
  options: SearchOptions,
  pause: Pause,
): AsyncGenerator<string, void, void> {
  if (Object.keys(options).length > 0 || wholeSoundReason(model) !== undefined) {
    const { text } = await transcribePatiently(model, sound, options, pause);
    return yield* text.match(/\s*\S+/g) ?? [];
  }
  const transcriber = await model.listen();
  try {
    const parts = resampleParts(slicesOf(sound, pause), sound.rate, model.processor.rate);
    for await (const samples of parts) yield transcriber.push(samples);
    yield transcriber.end();
  } finally {
    transcriber[Symbol.dispose]();
  }
}
