import { InputRangeError } from "../../errors.ts";
import { formatChecksums, Sha256 } from "./checksums.ts";
import { CHECKSUMS } from "./directory_names.ts";
import { isUneditedPage } from "./pages.ts";
import { type FileContent, partsOf } from "./write_file.ts";
import type { FileSource, OpenFile } from "./opened_files.ts";

/** Files that a program has at hand, such as those dropped onto a web page. */
export class MemoryFiles implements FileSource {
  readonly action = "read files";
  #files = new Map<string, File>();

  /** Throws `RangeError` if two files have the same name. */
  constructor(files: Iterable<File>) {
    for (const file of files) {
      if (this.#files.has(file.name)) {
        throw new InputRangeError(`${this.action}: expected each name once, found ${JSON.stringify(file.name)} twice`);
      }
      this.#files.set(file.name, file);
    }
  }

  pathOf(name: string): string {
    return name;
  }

  // deno-lint-ignore require-await
  async open(names: readonly string[], optional: readonly string[]): Promise<ReadonlyMap<string, OpenFile>> {
    const missing = names.filter((name) => !this.#files.has(name));
    if (missing.length > 0) {
      throw new InputRangeError(`${this.action}: expected ${missing.join(", ")}, found ${this.#found()}`);
    }
    const found = [...names, ...optional].filter((name) => this.#files.has(name));
    return new Map(found.map((name) => [name, new MemoryFile(this.#files.get(name)!)]));
  }

  #found(): string {
    return [...this.#files.keys()].join(", ") || "no files";
  }
}

class MemoryFile implements OpenFile {
  #file: File;

  constructor(file: File) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#file.slice(start, end).arrayBuffer());
  }

  async close(): Promise<void> {}
}

/** Returns files with the given contents by name, and the file of their checksums, as `writeDirectory` writes them. */
export function filesOf(contents: Readonly<Record<string, FileContent>>): File[] {
  const checksums = new Map<string, string>();
  const files = Object.entries(contents).map(([name, content]) => {
    // Copied, because files cannot be made of shared memory.
    const parts = partsOf(content).map((part) => part.slice() as Uint8Array<ArrayBuffer>);
    const hash = new Sha256();
    for (const part of parts) hash.add(part);
    if (!isUneditedPage(name, content)) checksums.set(name, hash.digest());
    return new File(parts, name);
  });
  return [...files, new File([formatChecksums(checksums)], CHECKSUMS)];
}
