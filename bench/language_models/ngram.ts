/**
 * An n-gram model with interpolated Witten-Bell smoothing (Witten and Bell 1991), the simplest method beside the
 * language models.
 */

/** The tokens that followed a context in the training text. */
interface Followers {
  total: number;
  readonly counts: Map<number, number>;
}

/** Maps tokens to numbers; contexts are the texts of their numbers. */
class Symbols {
  #numbers = new Map<string, number>();

  /** Returns the numbers of tokens, new ones for new tokens. */
  of(tokens: readonly string[]): number[] {
    return tokens.map((token) => {
      const known = this.#numbers.get(token);
      if (known !== undefined) return known;
      this.#numbers.set(token, this.#numbers.size);
      return this.#numbers.size - 1;
    });
  }

  get size(): number {
    return this.#numbers.size;
  }
}

/** Counts what follows each context of 0 to `order - 1` tokens. */
function countFollowers(tokens: readonly number[], order: number): Map<string, Followers> {
  const table = new Map<string, Followers>();
  for (let at = 0; at < tokens.length; at++) {
    for (let length = 0; length < order && length <= at; length++) {
      const context = tokens.slice(at - length, at).join(" ");
      let followers = table.get(context);
      if (!followers) table.set(context, followers = { total: 0, counts: new Map() });
      followers.total++;
      followers.counts.set(tokens[at], (followers.counts.get(tokens[at]) ?? 0) + 1);
    }
  }
  return table;
}

/** Returns the mean loss in nats per token on each of several texts of a model of order 1, 2, ... of another text. */
export function ngramLosses(
  train: readonly string[],
  texts: readonly (readonly string[])[],
  orders: readonly number[],
): { readonly order: number; readonly losses: readonly number[] }[] {
  const symbols = new Symbols();
  const table = countFollowers(symbols.of(train), Math.max(...orders));
  const numbers = texts.map((text) => symbols.of(text));
  const uniform = 1 / symbols.size;
  return orders.map((order) => ({ order, losses: numbers.map((text) => lossOf(table, text, order, uniform)) }));
}

function lossOf(table: Map<string, Followers>, text: readonly number[], order: number, uniform: number): number {
  let loss = 0;
  for (let at = 0; at < text.length; at++) {
    let probability = uniform;
    for (let length = 0; length < order && length <= at; length++) {
      const followers = table.get(text.slice(at - length, at).join(" "));
      if (!followers) break;
      const { total, counts } = followers;
      probability = ((counts.get(text[at]) ?? 0) + counts.size * probability) / (total + counts.size);
    }
    loss -= Math.log(probability);
  }
  return loss / text.length;
}
