import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { withArticle } from "../../src/schema/mod.ts";
import type { Text } from "./lines.ts";
import { valueAt } from "./tables/mod.ts";

/** The place of a record in a text. */
export interface RecordPlace {
  /** Index of its `{`. */
  readonly start: number;
  /** Index after its `}`. */
  readonly end: number;
  /** The line on which it begins, from 1. */
  readonly line: number;
}

/** Characters read at a time. */
const CHUNK_LENGTH = 2 ** 16;

/**
 * Yields the JSON objects of a text between two places: JSON Lines, objects one after the other in any layout, or one
 * array of objects.
 *
 * Throws `SyntaxError`, with the line, if there is anything else.
 */
export async function* recordsIn(text: Text, start: number, end: number): AsyncGenerator<RecordPlace, void, void> {
  const scanner = new RecordScanner();
  for (let at = start; at < end; at += CHUNK_LENGTH) {
    yield* scanner.scan(await text.slice(at, Math.min(at + CHUNK_LENGTH, end)), at);
  }
  scanner.finish();
}

/** Finds objects by their braces; whether they are valid JSON is left to `JSON.parse`. */
class RecordScanner {
  /** Number of open braces and brackets within the current object. */
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #start = 0;
  #startLine = 1;
  #line = 1;

  *scan(chunk: string, offset: number): Generator<RecordPlace, void, void> {
    for (let i = 0; i < chunk.length; i++) {
      const character = chunk[i];
      if (character === "\n") this.#endLine();
      else if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isInString) {
        if (character === "\\") this.#isEscaped = true;
        else if (character === '"') this.#isInString = false;
      } else if (this.#depth === 0) this.#begin(character, offset + i);
      else if (character === '"') this.#isInString = true;
      else if (character === "{" || character === "[") this.#depth++;
      else if ((character === "}" || character === "]") && --this.#depth === 0) {
        yield { start: this.#start, end: offset + i + 1, line: this.#startLine };
      }
    }
  }

  /** Throws `SyntaxError` if an object has not ended. */
  finish(): void {
    if (this.#depth > 0) {
      throw new InputSyntaxError(`expected a whole JSON object on line ${this.#startLine}, found its beginning`);
    }
  }

  /** A character outside all objects. An array of objects may be around them. */
  #begin(character: string, place: number): void {
    if (character === "{") {
      this.#depth = 1;
      this.#start = place;
      this.#startLine = this.#line;
    } else if (!/[\s,[\]]/.test(character)) {
      throw new InputSyntaxError(`expected a JSON object on line ${this.#line}, found ${JSON.stringify(character)}`);
    }
  }

  #endLine(): void {
    if (this.#isInString) {
      throw new InputSyntaxError(`expected a JSON string to end on line ${this.#line}, found no quote`);
    }
    this.#line++;
  }
}

/** Names of the field that holds a text, the preferred one first. */
const USUAL_NAMES = ["text", "content", "body", "document", "article", "story", "sentence"];

/**
 * Chooses the field of a record that holds the text: one of the usual names, or else the only one with a string.
 *
 * Throws `RangeError` that lists the fields if there is no such field.
 */
export function textFieldOf(record: Readonly<Record<string, unknown>>): string {
  const strings = Object.keys(record).filter((name) => typeof record[name] === "string");
  const usual = USUAL_NAMES.find((name) => strings.includes(name));
  if (usual !== undefined) return usual;
  if (strings.length === 1) return strings[0];
  const found = Object.keys(record).slice(0, 8).map((name) => name.slice(0, 40)).join(", ") || "none";
  throw new InputRangeError(`expected a field named ${USUAL_NAMES.join(", ")}, or --text-column, found ${found}`);
}

/** Whether a record has a string in a field, whose name may be a path. */
export function hasText(record: Readonly<Record<string, unknown>>, field: string): boolean {
  return typeof valueAt(record, field) === "string";
}

/** Returns the string in a field, by its name or, in nested records, by a path such as `a.b`. */
export function textAt(record: Readonly<Record<string, unknown>>, field: string): string {
  const value = valueAt(record, field);
  if (typeof value === "string") return value;
  throw new InputRangeError(`expected a text in the field ${JSON.stringify(field)}, found ${kindOf(value)}`);
}

/** Names the kind of a value that is not a text, without its contents, which may be long. */
function kindOf(value: unknown): string {
  if (value === undefined) return "none";
  if (value === null) return "null";
  return withArticle(Array.isArray(value) ? "list" : typeof value);
}
