import type { JSONFields } from "./json_fields.ts";

/** Whether a text is a single character (code point). */
export function isCharacter(text: string): boolean {
  return text !== "" && text === String.fromCodePoint(text.codePointAt(0)!);
}

/** Reads a field that must be a single character. */
export function characterField(fields: JSONFields, name: string): string {
  const value = fields.string(name);
  if (!isCharacter(value)) throw fields.error(name, "one character");
  return value;
}
