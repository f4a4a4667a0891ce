import { replaceFile } from "../../src/formats/write_file.ts";
import { jsonLine, writeErrorLine, writeOut } from "../terminal/mod.ts";
import { outputFile } from "./output_file.ts";

/** Characters that are written at a time. */
const CHUNK = 2 ** 16;

/** Options of `RecordTable`. */
interface RecordTableOptions {
  /** The file; undefined or `-` for standard output. */
  readonly out?: string;
  /** Whether to write JSON lines instead of values separated by tabs. */
  readonly json?: boolean;
}

/** Writes records with the same fields one after the other, as a table or as JSON lines. */
export class RecordTable {
  #out: string | undefined;
  #json: boolean;
  #hasHead = false;
  #parts: string[] = [];
  /** The content of the file so far. */
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor({ out, json = false }: RecordTableOptions) {
    this.#out = outputFile(out);
    this.#json = json;
  }

  /** Whether standard output has records. */
  get isShown(): boolean {
    return this.#hasHead && this.#out === undefined;
  }

  /** Adds a record. */
  add(record: Readonly<Record<string, unknown>>): void {
    if (this.#json) jsonLine({ event: "score", ...record }, (text) => this.#write(text));
    else this.#write(recordRows([record], { head: !this.#hasHead }));
    this.#hasHead = true;
  }

  /** Writes what has not been written yet. An existing file is moved aside. */
  async save(): Promise<void> {
    this.#flush();
    if (this.#out === undefined) return;
    const kept = await replaceFile(this.#out, this.#chunks, { keepOld: true });
    if (kept !== undefined) writeErrorLine(`Moved the existing file ${this.#out} to ${kept}.`);
  }

  #write(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length >= CHUNK) this.#flush();
  }

  /** Writes the last records, or keeps them as bytes, since one string could not hold those of a large text. */
  #flush(): void {
    const text = this.#parts.join("");
    if (text !== "" && this.#out === undefined) writeOut(text);
    else if (text !== "") this.#chunks.push(new TextEncoder().encode(text));
    this.#parts = [];
    this.#length = 0;
  }
}

/** Writes records as rows of values separated by tabs, after a row of their names if `head` is set. */
export function recordRows(records: readonly object[], { head }: { readonly head: boolean }): string {
  const rows = records.map((record) => Object.entries(record).flatMap(([name, value]) => cellsOf(name, value)));
  const names = head && rows.length > 0 ? [rows[0].map(([name]) => name)] : [];
  return [...names, ...rows.map((cells) => cells.map(([, text]) => text))].map(lineOf).join("");
}

/** The columns of a field: two for each of the likeliest tokens. */
function cellsOf(name: string, value: unknown): (readonly [name: string, text: string])[] {
  if (!Array.isArray(value)) return [[name, cellOf(value)]];
  return value.flatMap(({ token, logprob }, i) => [
    [`token_${i + 1}`, cellOf(token)] as const,
    [`logprob_${i + 1}`, cellOf(logprob)] as const,
  ]);
}

/** Texts are in quotation marks, as in JSON. */
function cellOf(value: unknown): string {
  if (typeof value === "number" && !Number.isInteger(value)) return value.toFixed(4);
  return value === null ? "" : JSON.stringify(value);
}

function lineOf(cells: readonly string[]): string {
  return cells.join("\t") + "\n";
}
