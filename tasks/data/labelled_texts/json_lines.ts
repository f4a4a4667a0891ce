import { chooseColumns } from "./columns.ts";
import type { Columns, Row, Rows } from "./rows.ts";

/** Reads JSON Lines: one object per line, with a text, and a label that is a string, a number or a boolean. */
export function readJSONLines(content: string, columns: Columns): Rows {
  const objects = content.split(/\r?\n/).flatMap((line, i) =>
    line.trim() === "" ? [] : [{ object: parseObject(line, i + 1), line: i + 1 }]
  );
  const { text, label } = chooseColumns(Object.keys(objects[0].object), columns);
  const rows = objects.map(({ object, line }): Row => ({
    text: expectField(object, text, line, (value) => typeof value === "string"),
    label: expectField(object, label, line, isLabel).trim(),
    line,
  }));
  return { rows, textColumn: text, labelColumn: label };
}

function isLabel(value: unknown): boolean {
  return typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
}

function expectField(
  object: Readonly<Record<string, unknown>>,
  name: string,
  line: number,
  fits: (value: unknown) => boolean,
): string {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (fits(value)) return String(value);
  throw new RangeError(
    `expected a field ${JSON.stringify(name)} with a text on line ${line}, found ${JSON.stringify(value) ?? "none"}`,
  );
}

function parseObject(line: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new SyntaxError(`expected JSON on line ${number}, found ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SyntaxError(`expected a JSON object on line ${number}, found ${JSON.stringify(value)}`);
}
