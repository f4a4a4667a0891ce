import type { AddedToken } from "./added_tokens.ts";

/**
 * The tokens by id, both the model's and the added ones.
 *
 * @throws {RangeError} If an id is not an integer, two tokens share an id, an id is missing, or a token has two ids.
 */
export function tokensById(vocabulary: ReadonlyMap<string, number>, added: readonly AddedToken[]): string[] {
  const tokens = new Map<number, string>();
  for (const [token, id] of vocabulary) put(tokens, token, id);
  for (const { content, id } of added) {
    const own = vocabulary.get(content) ?? id;
    if (own !== id) throw wrong(`the id of the added token ${JSON.stringify(content)}`, `${own}, as in the model`, id);
    put(tokens, content, id);
  }
  return Array.from({ length: tokens.size }, (_, id) => {
    const token = tokens.get(id);
    if (token === undefined) throw wrong("ids", `0 to ${tokens.size - 1} without gaps`, `no token with id ${id}`);
    return token;
  });
}

function put(tokens: Map<number, string>, token: string, id: number): void {
  const name = JSON.stringify(token);
  if (!Number.isSafeInteger(id) || id < 0) throw wrong(`the id of ${name}`, "a whole number of at least 0", id);
  const other = tokens.get(id);
  if (other !== undefined && other !== token) {
    throw wrong(`the id of ${name}`, "a unique id", `${id}, also the id of ${JSON.stringify(other)}`);
  }
  tokens.set(id, token);
}

function wrong(what: string, expected: string, found: unknown): RangeError {
  return new RangeError(`build a tokenizer: ${what}: expected ${expected}, found ${found}`);
}
