import type * as Url from "node:url";
import { InputRangeError, InputTypeError } from "../../errors.ts";
import { builtinModule } from "../../src/formats/file_system.ts";
import { MemoryFiles } from "../../src/formats/memory_files.ts";
import type { FileSource } from "../../src/formats/opened_files.ts";
import { DirectoryFiles } from "../../src/formats/read_directory.ts";
import { WebFiles, type WebFilesOptions } from "../../src/formats/web_files.ts";
import { describeValue } from "../../src/schema/mod.ts";

/**
 * The place of a model's files: the path or URL of a directory, or the files themselves, such as those that `toFiles`
 * returns or that were dropped onto a web page.
 */
export type ModelSource = string | URL | Iterable<File>;

/** Matches the URLs that a string may be; anything else is a path. */
const URL_TEXT = /^(?:https?|file):\/\//i;

/** Returns the files of a place. Throws `TypeError` or `RangeError`, with `action` in front, if it is none. */
export function filesAt(action: string, source: ModelSource, options: WebFilesOptions = {}): FileSource {
  if (source instanceof URL) return filesAtUrl(action, source, options);
  if (typeof source === "string" && source !== "") {
    if (!URL_TEXT.test(source)) return new DirectoryFiles(source);
    if (URL.canParse(source)) return filesAtUrl(action, new URL(source), options);
  }
  const files = listOf(source);
  if (files) return new MemoryFiles(files);
  throw new InputTypeError(
    `${action}: expected the path of a directory, a URL or files, found ${describeValue(source)}`,
  );
}

function filesAtUrl(action: string, url: URL, options: WebFilesOptions): FileSource {
  if (url.protocol === "http:" || url.protocol === "https:") return new WebFiles(url, options);
  if (url.protocol === "file:") {
    return new DirectoryFiles(builtinModule<typeof Url>("node:url", `${action} from ${url}`).fileURLToPath(url));
  }
  throw new InputRangeError(`${action}: expected a URL of http, https or file, found ${describeValue(url.protocol)}`);
}

function listOf(source: unknown): File[] | undefined {
  if (typeof source !== "object" || source === null || !(Symbol.iterator in source)) return undefined;
  const files = [...source as Iterable<unknown>];
  return files.every((file) => file instanceof File) ? files : undefined;
}
