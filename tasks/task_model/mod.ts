/**
 * What the models of all tasks share: files, checks and words. This folder knows models; it must not know what any of them learns.
 * @module
 */
export { count } from "./count.ts";
export { isModelDirectory } from "./model_directory.ts";
export {
  modelBytes,
  type ModelContents,
  modelFiles,
  type ModelParts,
  readModelBytes,
  readModelDirectory,
  readTask,
} from "./model_files.ts";
export { editDistance, nearest } from "./nearest.ts";
