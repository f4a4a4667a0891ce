/** Replaces each occurrence of a part. An empty part occurs before, between and after the characters. */
export function replaceAll(text: string, part: string, replacement: string): string {
  return text.replaceAll(part === "" ? /(?:)/gu : part, () => replacement);
}
