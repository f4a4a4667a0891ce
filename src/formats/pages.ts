import { Sha256 } from "./checksums.ts";
import { CARD } from "./directory_names.ts";
import { type FileContent, partsOf } from "./write_file.ts";

/** Maximum size of a page: 1 MiB. A larger file is another's. */
export const MAX_PAGE_BYTES = 2 ** 20;

const MARK = /^<!-- Written by Elman, which replaces it when it saves unless it was edited: ([0-9a-f]{64}) -->\n$/;

/**
 * Ends a page with a line that has the checksum of what is above it, by which a later save knows whether it was edited.
 * The page's own line serves for that better than `SHA256SUMS`: an edited page is no damaged file.
 */
export function markPage(text: string): string {
  return `${text}<!-- Written by Elman, which replaces it when it saves unless it was edited: ${hashOf(text)} -->\n`;
}

/** Whether a file is a marked page without edits. */
export function isUneditedPage(name: string, content: FileContent): boolean {
  if (name !== CARD) return false;
  const text = partsOf(content).map((part) => new TextDecoder().decode(part)).join("");
  const end = text.lastIndexOf("<!--");
  const [, hash] = MARK.exec(text.slice(Math.max(end, 0))) ?? [];
  return hash !== undefined && hash === hashOf(text.slice(0, end));
}

function hashOf(text: string): string {
  return new Sha256().add(new TextEncoder().encode(text)).digest();
}
