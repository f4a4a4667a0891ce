import { readDirectory } from "../../src/formats/mod.ts";
import { CHECKSUMS, COMMITTED } from "../../src/formats/directory_names.ts";
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

/** Whether Elman saved a directory: it has checksums, an unfinished save, or a configuration that says so. */
export async function isSavedByElman(directory: string): Promise<boolean> {
  const { lstat } = fileSystem(`look into ${directory}`);
  for (const name of [CHECKSUMS, COMMITTED]) {
    if (await lstat(`${directory}/${name}`).then(() => true, () => false)) return true;
  }
  // In others' directories, such as a download of Hugging Face's, config.json may be a link.
  const files = await readDirectory(directory, [], { optional: [CONFIG], verify: false }).catch(() => undefined);
  return /"format"\s*:\s*"elman"/.test(new TextDecoder().decode(files?.get(CONFIG)));
}
