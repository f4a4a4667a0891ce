// Derives sentences from a grammar in which every phrase has a polarity. This file must not know reviews.

import { InputRangeError } from "../../errors.ts";

/** Sentiment of a phrase: 1 if positive, -1 if negative. */
export type Polarity = 1 | -1;

/**
 * The texts that can replace a symbol: always, or only if its phrase is positive or negative. In a text, `{name}` is a
 * phrase of the same polarity and `{-name}` one of the opposite polarity, so the text around `{-name}` acts as a
 * negation.
 */
export interface Rules {
  readonly any?: readonly string[];
  readonly positive?: readonly string[];
  readonly negative?: readonly string[];
}

/** Rules by symbol. */
export type Grammar = Readonly<Record<string, Rules>>;

/** Merges grammars; each symbol gets the rules of all of them. */
export function mergeGrammars(...grammars: readonly Grammar[]): Grammar {
  const merged: Record<string, Required<Rules>> = {};
  for (const grammar of grammars) {
    for (const [symbol, { any = [], positive = [], negative = [] }] of Object.entries(grammar)) {
      const rules = merged[symbol] ?? { any: [], positive: [], negative: [] };
      merged[symbol] = {
        any: [...rules.any, ...any],
        positive: [...rules.positive, ...positive],
        negative: [...rules.negative, ...negative],
      };
    }
  }
  return merged;
}

/** A derived sentence, and every combination in it of a phrase with a word that has a polarity of its own. */
export interface Derivation {
  readonly text: string;
  /** Each phrase with open slots, and the word, as in `not nearly as _ as _ | dull`. */
  readonly pairs: readonly string[];
}

interface Slot {
  readonly symbol: string;
  readonly sign: Polarity;
}

interface Production {
  readonly rule: string;
  readonly parts: readonly (string | Slot)[];
  readonly isWord: boolean;
  readonly isPolar: boolean;
}

/** A parsed grammar, ready to derive sentences from. */
export class Deriver {
  readonly #productions: ReadonlyMap<string, Readonly<Record<Polarity, readonly Production[]>>>;
  readonly #repeatable: ReadonlySet<string>;

  /** @param repeatable Symbols whose texts may occur more than once in a sentence, such as forms of "to be". */
  constructor(grammar: Grammar, repeatable: Iterable<string>) {
    this.#productions = new Map(
      Object.entries(grammar).map(([symbol, { any = [], positive = [], negative = [] }]) => {
        const shared = any.map((rule) => parseRule(rule, false));
        const withOwn = (own: readonly string[]) => [...shared, ...own.map((rule) => parseRule(rule, true))];
        return [symbol, { 1: withOwn(positive), [-1]: withOwn(negative) } as Record<Polarity, Production[]>];
      }),
    );
    this.#repeatable = new Set(repeatable);
  }

  /** Derives a text of the symbol with this polarity; undefined if a word or phrase would occur in it twice. */
  derive(symbol: string, polarity: Polarity, random: () => number): Derivation | undefined {
    const pairs: string[] = [];
    const used = new Set<string>();
    let isFresh = true;

    const choose = ({ symbol, sign }: Slot): Production => {
      const choices = this.#productions.get(symbol)?.[sign] ?? [];
      if (choices.length === 0) throw new InputRangeError(`derive: expected rules for ${sign} ${symbol}, found none`);
      const production = choices[Math.floor(random() * choices.length)];
      if (hasLetters(production) && !this.#repeatable.has(symbol)) {
        isFresh &&= !used.has(production.rule);
        used.add(production.rule);
      }
      return production;
    };
    const expand = (production: Production, polarity: Polarity): string =>
      production.parts.map((part) => {
        if (typeof part === "string") return part;
        const sign = part.sign * polarity as Polarity;
        const chosen = choose({ symbol: part.symbol, sign });
        if (chosen.isWord && chosen.isPolar && production.parts.length > 1) {
          pairs.push(`${production.rule.replace(/\{.*?\}/g, "_")} | ${chosen.rule}`);
        }
        return expand(chosen, sign);
      }).join("");

    const text = expand(choose({ symbol, sign: polarity }), polarity);
    return isFresh ? { text, pairs } : undefined;
  }
}

function parseRule(rule: string, isPolar: boolean): Production {
  const parts = rule.split(/(\{-?\w+\})/).filter((part) => part !== "").map((part): string | Slot => {
    const slot = /^\{(-?)(\w+)\}$/.exec(part);
    return slot ? { symbol: slot[2], sign: slot[1] ? -1 : 1 } : part;
  });
  return { rule, parts, isPolar, isWord: parts.length === 1 && typeof parts[0] === "string" };
}

/** Whether the production has words of its own rather than only joining other phrases. */
function hasLetters({ parts }: Production): boolean {
  return parts.some((part) => typeof part === "string" && /\w/.test(part));
}
