/**
 * Texts of different lengths side by side: what all tasks that read whole texts share. This folder knows ids and lengths; it must not know
 * what they are read for.
 * @module
 */
export { paddedShare, type PaddedTexts, padTexts } from "./padding.ts";
