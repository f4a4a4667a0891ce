import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";
import { PipelineTokenizer, type Tokenizer } from "../../tokenizers/mod.ts";
import type { UnknownPart } from "../../tokenizers/parts_encoder.ts";
import { describeUnknown, listSymbols } from "../processors/mod.ts";

/** The rules for symbols outside the vocabulary. */
export const UNKNOWN_RULES: readonly UnknownRule[] = ["error", "skip", "replace"];

/**
 * The treatment of symbols outside the vocabulary: `error` refuses the text, `skip` leaves them out, and `replace` puts
 * the vocabulary's unknown token in their place. If it has none, a symbol becomes the same one without accents, in its
 * plain form or in the other case, whichever the vocabulary has; a text with other symbols is refused.
 */
export type UnknownRule = "error" | "skip" | "replace";

/** Plain forms that Unicode does not define. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ...Array.from("\u2018\u2019\u201a\u2039\u203a\u2032", (quote) => [quote, "'"] as const),
  ...Array.from("\u201c\u201d\u201e\u00ab\u00bb\u2033", (quote) => [quote, '"'] as const),
  ...Array.from("\u2010\u2011\u2012\u2013\u2014\u2212", (dash) => [dash, "-"] as const),
  ["\u00df", "ss"],
  ["\u00e6", "ae"],
  ["\u00f8", "o"],
  ["\t", " "],
]);

/** Rewrites texts so that a tokenizer can encode them, and counts the unknown symbols in them. */
export class UnknownSymbols {
  /** Number of unknown symbols so far. */
  count = 0;
  #tokenizer: Tokenizer;
  #rule: UnknownRule;
  /** The replacement of each unknown symbol so far. */
  #forms = new Map<string, string>();

  constructor(tokenizer: Tokenizer, rule: UnknownRule) {
    this.#tokenizer = tokenizer;
    this.#rule = rule;
  }

  /** Says what happened to how many symbols, and to which. */
  get summary(): string {
    const [verb, as] = this.#rule === "skip"
      ? ["Left out", ""]
      : this.#keeps
      ? ["Read", " as the unknown token"]
      : ["Replaced", ""];
    const symbols = listSymbols([...this.#forms.keys()]);
    return `${verb} ${count(this.count, "symbol")} outside the vocabulary${as}: ${symbols}.`;
  }

  /**
   * Rewrites a text. Throws `RangeError` that names the symbols if the rule refuses them; `action` begins the message,
   * and `place` ends it.
   */
  rewrite(action: string, text: string, place = ""): string {
    const unknown = this.#tokenizer.unknownSymbols(text);
    if (unknown.length === 0) return text;
    if (this.#rule === "error") {
      throw new InputRangeError(`${action}: ${describeUnknown(this.#tokenizer, text, { isStrict: true })}${place}`);
    }
    for (const symbol of unknown) {
      if (!this.#forms.has(symbol)) this.#forms.set(symbol, this.#keeps ? symbol : this.#formOf(action, symbol, place));
    }
    return this.#substitute(text, unknown);
  }

  /** Whether unknown symbols stay in the text, since the tokenizer encodes them as its unknown token. */
  get #keeps(): boolean {
    return this.#rule === "replace" && this.#tokenizer.unknownId !== undefined;
  }

  #substitute(text: string, unknown: readonly string[]): string {
    const take = (symbol: string): string => {
      this.count++;
      return this.#forms.get(symbol)!;
    };
    if (this.#tokenizer.kind === "word") {
      const own = new Set(unknown);
      return text.split(/(\p{White_Space}+)/u).map((word) => own.has(word) ? take(word) : word).join("");
    }
    if (this.#tokenizer instanceof PipelineTokenizer) {
      // What is left out must not join its neighbors to a new word, where spaces are no tokens.
      const isNoToken = this.#tokenizer.unknownParts(" ").length === 0 &&
        this.#tokenizer.encodePrompt(" ").length === 0;
      const gap = isNoToken ? " " : "";
      return replaceParts(text, this.#tokenizer.unknownParts(text), { take, gap });
    }
    const longestFirst = unknown.toSorted((a, b) => b.length - a.length).map(escaped);
    return text.replaceAll(new RegExp(longestFirst.join("|"), "gu"), take);
  }

  #formOf(action: string, symbol: string, place: string): string {
    if (this.#rule === "skip") return "";
    const plain = PLAIN.get(symbol) ?? symbol.normalize("NFKD").replaceAll(/\p{M}/gu, "");
    const forms = [plain, symbol.toLowerCase(), symbol.toUpperCase(), plain.toLowerCase(), plain.toUpperCase()];
    const form = forms.find((form) => form !== "" && this.#tokenizer.unknownSymbols(form).length === 0);
    if (form !== undefined) return form;
    const expected = "an unknown token or a similar symbol in the vocabulary";
    throw new InputRangeError(`${action}: expected ${expected}, found neither for ${JSON.stringify(symbol)}${place}`);
  }
}

/** Replaces the parts of a text, by their places: they are normalized, and may be known elsewhere in the text. */
function replaceParts(
  text: string,
  parts: readonly UnknownPart[],
  { take, gap }: { readonly take: (symbol: string) => string; readonly gap: string },
): string {
  let [written, done] = ["", 0];
  for (const { symbol, start, end } of parts) {
    // Several parts may come from one character.
    if (start < done) continue;
    const form = take(symbol);
    written += text.slice(done, start);
    if (form !== "") written += form === symbol ? text.slice(start, end) : form;
    else if (/\S/.test(written.slice(-1)) && /\S/.test(text.slice(end, end + 1))) written += gap;
    done = end;
  }
  return written + text.slice(done);
}

/** Escapes a text for a regular expression; `RegExp.escape` is missing in older runtimes. */
function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
