import { InputRangeError } from "../errors.ts";
import type { AddedToken } from "./added_tokens.ts";
import { MAX_UNUSED_IDS } from "./limits.ts";

/** Ids are stored in 32-bit integers. */
const MAX_ID = 2 ** 31 - 2;

/**
 * The tokens by id, both the model's and the added ones; `undefined` for an id that no token has. The array is as long
 * as the largest id plus 1.
 *
 * @throws {RangeError} If an id is not an integer or too large, too many ids below it are unused, two tokens
 * share an id, or a token has two ids.
 */
export function tokensById(
  vocabulary: ReadonlyMap<string, number>,
  added: readonly AddedToken[],
): (string | undefined)[] {
  const tokens: (string | undefined)[] = [];
  let used = 0;
  for (const [token, id] of vocabulary) used += put(tokens, token, id);
  const ids = new Map<string, number>();
  for (const { content, id } of added) {
    const own = vocabulary.get(content) ?? ids.get(content) ?? id;
    const where = vocabulary.has(content) ? "in the model" : "before";
    if (own !== id) throw wrong(`the id of the added token ${JSON.stringify(content)}`, `${own}, as ${where}`, id);
    ids.set(content, id);
    used += put(tokens, content, id);
  }
  const unused = tokens.length - used;
  if (unused > MAX_UNUSED_IDS) {
    throw wrong(
      "the largest id",
      `at most ${MAX_UNUSED_IDS} unused ids below it`,
      `${unused} below ${tokens.length - 1}`,
    );
  }
  return tokens;
}

/** Sets the token of an id; returns the number of ids that had none. */
function put(tokens: (string | undefined)[], token: string, id: number): number {
  const name = JSON.stringify(token);
  if (!Number.isSafeInteger(id) || id < 0) throw wrong(`the id of ${name}`, "a whole number of at least 0", id);
  if (id > MAX_ID) throw wrong(`the id of ${name}`, `at most ${MAX_ID}`, id);
  const other = tokens[id];
  if (other !== undefined && other !== token) {
    throw wrong(`the id of ${name}`, "a unique id", `${id}, also the id of ${JSON.stringify(other)}`);
  }
  tokens[id] = token;
  return other === undefined ? 1 : 0;
}

function wrong(what: string, expected: string, found: unknown): RangeError {
  return new InputRangeError(`build a tokenizer: ${what}: expected ${expected}, found ${found}`);
}
