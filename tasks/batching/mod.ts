/**
 * Batches of texts of different lengths, shared by all tasks that read whole texts. This folder knows ids and lengths;
 * it must not know what they are used for.
 * @module
 */
export { bucketByLength } from "./buckets.ts";
export { paddedShare, type PaddedTexts, padTexts } from "./padding.ts";
