/**
 * Reads files of labeled texts: tables, fastText's lines, and lines of a label and a text. This folder knows files; it
 * must not know what the texts are used for.
 * @module
 */
export type { LabelSetOptions } from "./label_sets.ts";
export { type LabelledTexts, readLabelledTexts, type ReadOptions } from "./read.ts";
export { type Columns, FORMATS, type TextFormat } from "./rows.ts";
