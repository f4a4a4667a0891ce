// deno-lint-ignore no-import-prefix
import { unzipSync } from "npm:fflate@0.8.3";

/** The files among those given, with the contents of zip archives in place of the archives. Folders are left out. */
export async function filesIn(files: readonly File[]): Promise<File[]> {
  const found: File[] = [];
  for (const file of files) {
    if (!file.name.endsWith(".zip")) {
      found.push(file);
      continue;
    }
    const contents = unzipSync(new Uint8Array(await file.arrayBuffer()));
    for (const [path, bytes] of Object.entries(contents)) {
      const name = path.split("/").at(-1)!;
      // macOS adds a folder with a double of each file.
      if (name !== "" && !path.startsWith("__MACOSX/")) found.push(new File([bytes as Uint8Array<ArrayBuffer>], name));
    }
  }
  return found;
}
