/**
 * The characters by which a text can act on a terminal: control characters of ASCII and Latin-1 except the line end and
 * the tab, and the bidirectional embeddings, overrides and isolates of Unicode, which reorder what is shown.
 */
// deno-lint-ignore no-control-regex
const ACTING = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Replaces the characters by which a text can act on a terminal by escapes such as `\u001b`, which are also valid in
 * the strings of JSON.
 */
export function visible(text: string): string {
  return text.replace(ACTING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
