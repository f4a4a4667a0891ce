import { InputSyntaxError } from "../../errors.ts";
import { abbreviate, describeValue } from "./expect.ts";

/** The expected next part: a value, a key, a colon, or a comma or the end of what is open. */
type State = "first value" | "value" | "first key" | "key" | "colon" | "end";

/** Maximum number of characters of invalid text to show. */
const SHOWN = 20;

/** Maximum number of lists and objects within each other: whoever walks through deeper ones may exhaust the stack. */
const MAX_DEPTH = 256;

/**
 * Parses JSON. Throws `SyntaxError` if the text is none: `context`, which ends with what was expected, and the first
 * place that is not JSON, with its line if `hasLines`: `, found "]" on line 4 instead of a value; remove the comma
 * before it`. Also throws if lists and objects are nested more than 256 deep.
 */
export function parseJSON(text: string, context: string, hasLines = true): unknown {
  // A text needs a character for each level, so that short ones, such as lines, are not read twice.
  if (text.length > MAX_DEPTH && isDeep(text)) {
    throw new InputSyntaxError(`${context}, found lists or objects more than ${MAX_DEPTH} deep`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputSyntaxError(`${context}, found ${describeJSONError(text, error, hasLines)}`);
  }
}

/** Whether more brackets are open at once than lists and objects may be nested. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return false;
      at = end - 1;
    } else if (character === "[" || character === "{") {
      if (++depth > MAX_DEPTH) return true;
    } else if (character === "]" || character === "}") depth--;
  }
  return false;
}

/** Describes the first place at which a text is not JSON. Returns the parser's message if it is not found. */
function describeJSONError(text: string, error: unknown, hasLines: boolean): string {
  const open: string[] = [];
  let state: State = "value";
  for (let at = afterSpace(text, 0), end = 0;; at = afterSpace(text, end)) {
    end = tokenEnd(text, at);
    const next: State | undefined = end < 0 ? undefined : nextState(state, text[at], open);
    if (next === undefined) {
      const line = hasLines ? ` on line ${text.slice(0, at).split("\n").length}` : "";
      return `${describeFound(text, at)}${line} ${describeExpected(state, text[at], open)}`;
    }
    state = next;
    if (at >= text.length) return abbreviate((error as Error).message.replaceAll(/\s+/g, " "), 120);
  }
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && " \t\n\r".includes(text[at])) at++;
  return at;
}

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

/** The end of a string, a number, a literal or a mark; -1 if there is none. */
function tokenEnd(text: string, at: number): number {
  if (at >= text.length) return at;
  if ("{}[],:".includes(text[at])) return at + 1;
  if (text[at] === '"') return stringEnd(text, at);
  SCALAR.lastIndex = at;
  return SCALAR.test(text) ? SCALAR.lastIndex : -1;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length && text[at] !== "\n"; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

/** Returns the state after a token, by its first character; undefined if the token is not allowed. */
function nextState(state: State, first: string | undefined, open: string[]): State | undefined {
  const close = (): State => (open.pop(), "end");
  if (first === undefined) return state === "end" && open.length === 0 ? "end" : undefined;
  if (first === "}" || first === "]") {
    const isAllowed = state === "end" || state === (first === "}" ? "first key" : "first value");
    return isAllowed && open.at(-1) === first ? close() : undefined;
  }
  if (state === "colon") return first === ":" ? "value" : undefined;
  if (state === "end") return first === "," && open.length > 0 ? (open.at(-1) === "}" ? "key" : "value") : undefined;
  if (state === "key" || state === "first key") return first === '"' ? "colon" : undefined;
  if (first === "," || first === ":") return undefined;
  if (first === "{") return open.push("}"), "first key";
  if (first === "[") return open.push("]"), "first value";
  return "end";
}

function describeFound(text: string, at: number): string {
  if (at >= text.length) return "its end";
  if (text[at] === '"' && stringEnd(text, at) < 0) return "a string without a closing quote";
  return describeValue(/^(?:[\w.+-]+|[^])/u.exec(text.slice(at, at + SHOWN))![0]);
}

function describeExpected(state: State, found: string | undefined, open: readonly string[]): string {
  if (state === "end") {
    return open.length === 0 ? `after the JSON value; remove it` : `instead of a comma or "${open.at(-1)}"`;
  }
  const expected = { value: "a value", key: "a key in double quotes", colon: "a colon" }[
    state.replace("first ", "") as "value" | "key" | "colon"
  ];
  const isTrailing = !state.startsWith("first") && open.length > 0 && found === open.at(-1) && state !== "colon";
  return `instead of ${expected}${isTrailing ? "; remove the comma before it" : ""}`;
}
