import { InputRangeError } from "../../errors.ts";
import { parseJSON } from "../../src/schema/mod.ts";

/** A token's line of `tokenize`: its id, its place, and the token as JSON. */
const TOKEN_ROW = /^\d+\t\d+-\d+\t"/;

/**
 * Parses the ids of texts from lines of three forms: JSON, either a list of ids or an object with `ids`; ids separated
 * by white space; or the output of `tokenize`, which has one line per token, with its id and a tab at the start, and an
 * empty line after each text.
 *
 * Throws `RangeError` or `SyntaxError`, naming the line, if a line has another form or an id is not below `size`.
 */
export async function* parseIds(lines: AsyncIterable<string>, size: number): AsyncGenerator<number[], void, void> {
  const known = (id: number, number: number): number => {
    if (Number.isInteger(id) && id >= 0 && id < size) return id;
    throw new InputRangeError(`decode line ${number}: expected ids from 0 to ${size - 1}, found ${id}`);
  };
  let open: number[] = [];
  let number = 0;
  for await (const line of lines) {
    number++;
    if (TOKEN_ROW.test(line)) {
      open.push(known(parseId(line.slice(0, line.indexOf("\t")), number), number));
    } else {
      if (line === "" || open.length > 0) yield open;
      open = [];
      if (line !== "") yield parseLine(line, number).map((id) => known(id, number));
    }
  }
  if (open.length > 0) yield open;
}

function parseLine(line: string, number: number): number[] {
  if (!/^\s*[{[]/.test(line)) return line.trim().split(/\s+/).map((word) => parseId(word, number));
  const json = parseJSON(line, `decode line ${number}: expected JSON`, false);
  const ids = Array.isArray(json) ? json : (json as { ids?: unknown }).ids;
  if (Array.isArray(ids) && ids.every((id) => typeof id === "number")) return ids;
  throw new InputRangeError(`decode line ${number}: expected a list of ids, found ${line.slice(0, 60)}`);
}

function parseId(word: string, number: number): number {
  if (/^\d+$/.test(word)) return Number(word);
  throw new InputRangeError(`decode line ${number}: expected an id, found ${JSON.stringify(word.slice(0, 60))}`);
}
