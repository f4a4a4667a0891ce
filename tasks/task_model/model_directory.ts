import { COMMITTED } from "../../src/formats/directory_names.ts";
import { fileSystem } from "../../src/formats/file_system.ts";

/** The file of the model's configuration. */
export const CONFIG = "config.json";
/** The file of the model's parameters. */
export const MODEL = "model.safetensors";

/** Whether a directory holds a model, even an incomplete one. */
export async function isModelDirectory(directory: string): Promise<boolean> {
  const { stat } = fileSystem(`look into ${directory}`);
  const names = [CONFIG, MODEL, `${COMMITTED}/${CONFIG}`, `${COMMITTED}/${MODEL}`].map((name) =>
    `${directory}/${name}`
  );
  const found = await Promise.all(names.map((name) => stat(name).then(() => true, () => false)));
  return found.some((exists) => exists);
}
