/**
 * What the model directories of all tasks share: the names of their files, the head of `config.json`, and how parameters and tokenizers
 * go in and out. This folder knows files; it must not know what a model does.
 * @module
 */
export {
  modelBytes,
  type ModelContents,
  modelFiles,
  type ModelParts,
  readModelBytes,
  readModelDirectory,
  readTask,
} from "./model_files.ts";
export { isModelDirectory } from "./model_directory.ts";
