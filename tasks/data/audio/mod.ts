/**
 * Readers of sounds, and what networks see of them.
 * @module
 */
export { countFrames, FFT_PACKAGE, LogMel, type LogMelOptions, shiftSeconds } from "./log_mel.ts";
export { RAW_FORMATS, type RawFormat, rawSamples } from "./raw_samples.ts";
export { isAudio, readSound, type ReadSoundOptions } from "./read.ts";
export { joinSamples } from "./join_samples.ts";
export { describeSeconds, hear, isHearable, type Recording, recordingOf, samplesIn, secondsOf } from "./recording.ts";
export { resampledLength, resampleParts, resampleSound } from "./resample.ts";
export { cutSound, type SoundSegment } from "./segment.ts";
export { expectSamples, type Sound } from "./sound.ts";
export { isSilent, SoundRemarks } from "./sound_remarks.ts";
export { isWav, readWav, writeWav } from "./wav.ts";
