/**
 * Models out of checkpoints that were trained elsewhere. This folder finds out by names and shapes what network a
 * checkpoint holds; it must not know file formats.
 *
 * @module
 */
export { IMPORT_TASKS, type ImportedModel, importModel, type ImportOptions, type ImportTask } from "./models.ts";
