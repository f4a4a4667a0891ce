/**
 * Readers of sounds, and what networks see of them.
 * @module
 */
export { countFrames, FFT_PACKAGE, LogMel, type LogMelOptions, shiftSeconds } from "./log_mel.ts";
export { RAW_FORMATS, type RawFormat, rawSamples } from "./raw_samples.ts";
export { isAudio, readSound, type ReadSoundOptions } from "./read.ts";
export { joinSamples } from "./join_samples.ts";
export {
  describeSeconds,
  expectHearable,
  hear,
  isHearable,
  type Recording,
  recordingOf,
  samplesIn,
  secondsOf,
} from "./recording.ts";
export { resample, resampledLength, resampleParts, resampleSound } from "./resample.ts";
export { cutSound, type SoundSegment } from "./segment.ts";
export { expectRate, expectSamples, type Sound } from "./sound.ts";
export { isSilent, SoundRemarks } from "./sound_remarks.ts";
export { isWav, readWav, writeWav } from "./wav.ts";
