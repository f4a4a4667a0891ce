/**
 * Readers of sequences of vectors: numbers that change over time, such as the joints of a skeleton.
 * @module
 */
export { likelyGroup, type VectorFields } from "./json_lines.ts";
export { holdsVectors, readVectorSequences, type VectorReading } from "./read.ts";
export {
  expectSameChannels,
  type FrameColumns,
  type VectorFacts,
  type VectorSequence,
  vectorSequence,
  type VectorSequences,
} from "./sequence.ts";
export { grayValues, VIDEO_DEFAULTS, videoFrames, type VideoOptions } from "./video.ts";
