/** Replaces the characters that HTML and XML forbid. */
export function withoutForbidden(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\p{Cs}\uFFFE\uFFFF\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/gu, "\uFFFD");
}

/** Escapes a text for HTML and XML, and replaces the characters that they forbid. */
export function escapeMarkup(text: string): string {
  return withoutForbidden(text)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
