/**
 * Files of sentences and their translations: two files whose lines belong together, or one with a tab between. This folder is the command
 * line's and knows files; it must not know what is done with the sentences.
 * @module
 */
export { type ParallelFiles, type ParallelTexts, readLines, readParallelTexts } from "./read.ts";
