/**
 * Batches of texts, or of sequences of frames, of different lengths, and what ranks share of them. This folder knows
 * ids, frames and lengths; it must not know what they are used for.
 * @module
 */
export { bucketByLength } from "./buckets.ts";
export { MemberShare } from "./member_share.ts";
export { ownItems, refuseIdleRanks } from "./own_items.ts";
export { SharedStates } from "./shared_states.ts";
export { paddedShare, type PaddedTexts, padTexts } from "./padding.ts";
export { type Frames, inputsOf, type PaddedFrames, padFrames } from "./frames.ts";
export { type EpochOptions, largestBucket, shuffledBuckets } from "./shuffled_buckets.ts";
