import type { SpeechConfig } from "./hyperparameters.ts";
import type { SoundProcessor } from "./sound_processor.ts";

/** The parts of a recognizer that decide whether it can read a sound as it arrives. */
interface Reader {
  readonly config: Pick<SpeechConfig, "bidirectional" | "conv">;
  readonly processor: SoundProcessor;
}

/**
 * Says what a recognizer does that needs the whole sound, as in "reads in both directions"; undefined if it can read a
 * sound as it arrives.
 */
export function wholeSoundReason({ config: { bidirectional, conv }, processor }: Reader): string | undefined {
  if (bidirectional) return "reads in both directions";
  if (conv !== null) return "reads through a convolution";
  const { normalization, deltas } = processor.toJSON();
  if (deltas) return "reads deltas";
  return normalization === "utterance" ? "normalizes by the whole sound" : undefined;
}
